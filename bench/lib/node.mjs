/** Finds another Node: by path, or by version as an npm package that holds the program. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { target } from "../../scripts/lib/paths.mjs";
import { run, say } from "../../scripts/lib/run.mjs";

export async function findNode(spec) {
  if (spec === "node") return process.execPath;
  if (!/^[\d.]+$/.test(spec)) return spec;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(target, "bench", `node-${spec}`);
  const program = join(folder, "node_modules", name, "bin", "node");
  if (existsSync(program)) return program;
  say(`bench: fetching Node ${spec} …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}\n");
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
  await run("npm", ["install", ...quiet, `${name}@${spec}`], { cwd: folder, quiet: true });
  return program;
}
