/** Where the clients run: `{ label, list(), read(job), close() }`, each reading in a process of its own. */
import { fileURLToPath } from "node:url";
import { capture, run } from "../../scripts/lib/run.mjs";
import { openPages } from "../lib/chromium.mjs";
import { findNode } from "../lib/node.mjs";

export async function openRuntime(spec) {
  return spec === "chromium" ? inChromium() : inNode(await findNode(spec));
}

function inNode(node) {
  const client = fileURLToPath(new URL("client.mjs", import.meta.url));
  const ask = async (job) => JSON.parse((await run(node, [client, JSON.stringify(job)], { quiet: true })).trim().split("\n").at(-1));
  return {
    label: `Node ${capture(node, ["--version"]).trim().slice(1)}`,
    list: () => ask({}),
    read: ask,
    async close() {},
  };
}

async function inChromium() {
  const pages = await openPages(fileURLToPath(new URL("page.mjs", import.meta.url)));
  return {
    label: pages.label,
    list: () => pages.evaluate(() => window.listContenders()),
    read: (job) => pages.evaluate((job) => window.readTwice(job), job),
    close: () => pages.close(),
  };
}
