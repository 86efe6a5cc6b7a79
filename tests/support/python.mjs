// Programs in Python, with the packages of tests/peers/requirements.txt.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Where `npm run setup` puts it. */
export const PYTHON = fileURLToPath(new URL("../../target/python/bin/python", import.meta.url));

/**
 * Starts a program that answers line by line, in JSON; `{ child, lines, ended }`, where `lines` grows, and `ended` is
 * what it said on stderr. `onLine` hears each line too.
 */
export function startPython(program, args = [], { env = {}, onLine = () => {} } = {}) {
  const child = spawn(PYTHON, ["-u", program, ...args], { env: { ...process.env, ...env } });
  const lines = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(JSON.parse(line));
    onLine(lines.at(-1));
  });
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  /* Its input may be closed at its end, by then nobody waits for it to be read. */
  child.stdin.on("error", () => {});
  const ended = new Promise((resolve) => child.on("close", () => resolve(said)).on("error", ({ message }) => resolve(message)));
  return { child, lines, ended };
}
