/** The packed package in Node, with a file as its store and a new process per visit. */
import { test } from "node:test";
import { installedFor, run } from "./support/package.mjs";
import { keepsItsPlace } from "./support/two-visits.mjs";

const SHARED = ["visit.mjs", "file-store.cjs"];

for (const [how, app] of [
  ["import", "node.mjs"],
  ["require()", "node.cjs"],
]) {
  test(`keeps its place in Node by ${how}`, async (t) => {
    const { folder } = await installedFor(t, app, ...SHARED);
    const visit = async (url, until) =>
      JSON.parse(await run(process.execPath, [app, url, until], { cwd: folder, timeout: 20_000 }));
    await keepsItsPlace(visit, { engine: "wasm" });
  });
}
