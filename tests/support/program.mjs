// A program that runs beside a test until the test has what it wants of it.

import { spawn } from "node:child_process";

/** Starts it; `{ died, close() }`, where `died` rejects when it ends, with what it said. */
export function startProgram(program, args, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.on("close", resolve).on("error", resolve));
  const died = ended.then((why) => {
    throw new Error(`${program} ended (${why}): ${said}`);
  });
  /* It also ends when it is closed, which nobody has to hear of. */
  died.catch(() => {});
  return {
    died,
    async close() {
      child.kill();
      await ended;
    },
  };
}
