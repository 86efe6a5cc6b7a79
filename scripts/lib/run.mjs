/** Runs other programs. */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

/** A failure whose message is all that its reader needs: printed without a stack. */
export class Stop extends Error {}

/** Prints a progress line. It goes to stderr, so that stdout stays for results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Whether the file with that URL is what Node was started with. */
export function isProgram(url) {
  return process.argv[1] !== undefined && url === pathToFileURL(process.argv[1]).href;
}

/** Runs a script's main function; a `Stop` is told in its own words. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    say(error instanceof Stop ? `\n${error.message}` : error.stack);
    process.exitCode = 1;
  }
}

/** What a short command prints, or null where it cannot run or fails. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 20_000,
    ...options,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  return result.status === 0 ? result.stdout : null;
}

/**
 * Runs a command to its end and returns what it printed; throws a `Stop` that holds this as
 * `printed` where the command fails. It is shown as it comes (on stderr), or, with `quiet`,
 * as part of the error only. `timeout` is in milliseconds.
 */
export async function run(command, args, { cwd, env, quiet = false, timeout } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    timeout,
    stdio: ["ignore", "pipe", quiet ? "pipe" : 2],
  });
  let printed = "";
  for (const output of [child.stdout, child.stderr]) {
    output?.setEncoding("utf8").on("data", (chunk) => {
      printed += chunk;
      if (!quiet) process.stderr.write(chunk);
    });
  }
  const problem = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? null : `ended with ${code ?? signal}`));
  });
  if (problem === null) return printed;
  const shown = `${[command, ...args].join(" ")}\n  ${problem}${quiet ? `\n${printed.trimEnd()}` : ""}`;
  throw Object.assign(new Stop(shown), { printed });
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The folders of PATH, in order. */
export function pathFolders() {
  return (process.env.PATH ?? "").split(delimiter).filter(Boolean);
}

/** The program of that name in one of the folders, or null. */
export function which(name, folders = pathFolders()) {
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}
