/** The runtimes, each a way to have one workload and mode measured in a process of its own. */
import { fileURLToPath } from "node:url";
import { capture, run } from "../../scripts/lib/run.mjs";
import { openPages } from "../lib/chromium.mjs";
import { findNode } from "../lib/node.mjs";

/** @param spec `chromium`, `node` (the one that runs this), a version of Node, or a path to one */
export async function openRuntime(spec) {
  return spec === "chromium" ? inChromium() : inNode(await findNode(spec));
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

async function inChromium() {
  const pages = await openPages(fileURLToPath(new URL("page.mjs", import.meta.url)));
  return {
    label: pages.label,
    measure: (job) => pages.evaluate((job) => window.measureJob(job), job),
    close: () => pages.close(),
  };
}
