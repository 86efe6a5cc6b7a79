// The runtimes that are a program with a module to run.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProgram } from "../../support/program.mjs";

const module = fileURLToPath(new URL("../visit-process.mjs", import.meta.url));
const require = createRequire(import.meta.url);

const OURS = ["sse", "EventSource"];

/* Node keeps the rules in tests of its own. */
export const node = { name: "Node", clients: OURS, classes: [], start: starting(process.execPath) };
export const deno = {
  name: "Deno",
  clients: [...OURS, "native"],
  classes: ["EventSource"],
  lacks: ["cookies"],
  start: starting(npmProgram("deno", "deno"), "run", "--allow-all"),
};
export const bun = {
  name: "Bun",
  clients: OURS,
  classes: ["EventSource"],
  lacks: ["cookies"],
  start: starting(npmProgram("bun", "bin/bun")),
};

function starting(program, ...options) {
  return (plan) => startProgram(program, [...options, module, JSON.stringify(plan)]);
}

/** npm installs a program as the one package that fits the machine, of several that are optional. */
function npmProgram(name, path) {
  for (const fitting of Object.keys(require(`${name}/package.json`).optionalDependencies)) {
    try {
      return join(dirname(require.resolve(`${fitting}/package.json`)), path);
    } catch {
      // For another machine; the search goes on.
    }
  }
  throw new Error(`no program of ${name} is installed for this machine`);
}
