/** The packed package in a production build by Vite, without any configuration. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { build, createLogger } from "vite";
import { installedFor } from "./support/package.mjs";
import { pageKeepsItsPlace } from "./support/page.mjs";

test("keeps its place in a page built by Vite", async (t) => {
  const { folder } = await installedFor(t, "bundled.html", "page.js", "visit.mjs");
  const warnings = [];
  const customLogger = { ...createLogger("warn"), warn: (text) => warnings.push(text), warnOnce: (text) => warnings.push(text) };
  await build({
    root: folder,
    configFile: false,
    customLogger,
    build: { rolldownOptions: { input: join(folder, "bundled.html") } },
  });
  assert.deepEqual(warnings, []);
  await pageKeepsItsPlace(join(folder, "dist"), "bundled.html", { engine: "wasm" });
});
