/** Installs the development tools that come from npm. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { run, say } from "./run.mjs";

/** Installs what a folder's lock file names, unless that is there. */
export async function npmPackages(folder = root) {
  const changed = (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  /* npm writes the hidden lock file when an installation is complete. */
  if (changed("node_modules/.package-lock.json") >= changed("package-lock.json")) return;
  say("setup: installing the npm packages …");
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
}
