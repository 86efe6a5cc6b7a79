/** The runtimes, each a way to have one workload and mode measured in a process of its own. */
import { fileURLToPath } from "node:url";
import { capture, run } from "../../scripts/lib/run.mjs";
import { BROWSERS, openPages } from "../lib/browsers.mjs";
import { findNode } from "../lib/node.mjs";

/** @param spec `chromium`, `firefox`, `node` (the one that runs this), a version of Node, or a path to one */
export async function openRuntime(spec) {
  return BROWSERS.includes(spec) ? inBrowser(spec) : inNode(await findNode(spec));
}

function inNode(node) {
  const child = fileURLToPath(new URL("child.mjs", import.meta.url));
  return {
    label: `Node ${capture(node, ["--version"]).trim().slice(1)}`,
    async measure(job) {
      const printed = await run(node, ["--expose-gc", child, JSON.stringify(job)], { quiet: true });
      return JSON.parse(printed.trim().split("\n").at(-1));
    },
    async close() {},
  };
}

async function inBrowser(browser) {
  const { label, call, close } = await openPages(browser, fileURLToPath(new URL("page.mjs", import.meta.url)));
  return { label, measure: (job) => call("measureJob", job), close };
}
