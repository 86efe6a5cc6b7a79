/** Installs the development tools that come from npm. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { run, say } from "./run.mjs";

const changed = (name) => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;

export async function npmPackages() {
  /* npm writes the hidden lock file when an installation is complete. */
  if (changed("node_modules/.package-lock.json") >= changed("package-lock.json")) return;
  say("setup: installing the npm packages …");
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root });
}
