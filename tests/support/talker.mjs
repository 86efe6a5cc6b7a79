// A program beside a test that is told what to do on stdin, and tells what it meets on stdout, in lines of JSON.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Starts it; `{ child, lines, ended, order(what) }`, where `lines` grows, and `ended` is what it said on stderr. `onLine` hears
 * each line too.
 */
export function startTalker(command, args, { env = {}, onLine = () => {} } = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env } });
  const lines = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(JSON.parse(line));
    onLine(lines.at(-1));
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  /* Its input may be closed at its end; by then nobody waits for it to be read. */
  child.stdin.on("error", () => {});
  const ended = new Promise((resolve) => child.on("close", () => resolve(said)).on("error", ({ message }) => resolve(message)));
  return { child, lines, ended, order: (what) => child.stdin.write(`${JSON.stringify(what)}\n`) };
}
