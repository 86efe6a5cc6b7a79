/** Packs the package as for publishing and installs it where nothing else is. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);

export const root = fileURLToPath(new URL("../../..", import.meta.url));
const apps = fileURLToPath(new URL("../apps", import.meta.url));

/** Runs a program and returns what it printed on stdout; what it printed is also in the error. */
export async function run(command, args, options) {
  const { stdout } = await execute(command, args, { maxBuffer: 1 << 26, ...options });
  return stdout;
}

/** Packs into the folder; returns the tarball's path and the paths of the files in it. */
export async function pack(folder) {
  const printed = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root });
  const [{ filename, files }] = JSON.parse(printed);
  return { tarball: join(folder, filename), files: files.map(({ path }) => path).sort() };
}

/**
 * An empty folder outside the repository with the tarball installed and, beside it, copies of
 * the named files of `apps/`. It goes when the test `t` ends.
 */
export async function installedFor(t, ...names) {
  const folder = mkdtempSync(join(tmpdir(), "brookmark-packaging-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { tarball } = await pack(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder });
  for (const name of names) cpSync(join(apps, name), join(folder, name));
  return { folder, tarball, installed: join(folder, "node_modules", "brookmark") };
}
