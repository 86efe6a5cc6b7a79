// A module in a process of its own: for what a test runner's process cannot show.

import { spawn } from "node:child_process";

const cwd = new URL(".", import.meta.url).pathname;

/** Runs the source text of a module; gives its exit code and what it printed. */
export async function runModule(source) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], { cwd, timeout: 20_000 });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (printed.out += chunk));
  child.stderr.on("data", (chunk) => (printed.err += chunk));
  const code = await new Promise((resolve) => child.on("close", resolve));
  return { code, out: printed.out.trim(), err: printed.err };
}
