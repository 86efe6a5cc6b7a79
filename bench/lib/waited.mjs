/** How long this thread has been ready to run while the system ran others, in milliseconds; Linux alone counts it. */
import { existsSync, readFileSync } from "node:fs";

const FILE = `/proc/self/task/${process.pid}/schedstat`;

/* Its second number, of nanoseconds. */
export const waited = existsSync(FILE) ? () => Number(readFileSync(FILE, "utf8").split(" ")[1]) / 1e6 : () => 0;
