/** Where the clients run: `{ label, list(), read(job), close() }`, each reading in a process of its own. */
import { fileURLToPath } from "node:url";
import { capture, run } from "../../scripts/lib/run.mjs";
import { BROWSERS, openPages } from "../lib/browsers.mjs";
import { findNode } from "../lib/node.mjs";

export async function openRuntime(spec) {
  return BROWSERS.includes(spec) ? inBrowser(spec) : inNode(await findNode(spec));
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

async function inBrowser(browser) {
  const { label, call, close } = await openPages(browser, fileURLToPath(new URL("page.mjs", import.meta.url)));
  return { label, list: () => call("listContenders"), read: (job) => call("readTwice", job), close };
}
