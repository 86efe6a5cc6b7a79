/** The packed package in Chromium, without a bundler. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { installedFor } from "./support/package.mjs";
import { pageKeepsItsPlace } from "./support/page.mjs";

const isFallback = (path) => path.endsWith("/fallback.js");

test("keeps its place in a page by a plain module script", async (t) => {
  const { folder } = await installedFor(t, "plain.html", "page.js", "visit.mjs");
  const paths = await pageKeepsItsPlace(folder, "plain.html", { engine: "wasm" });
  assert.ok(!paths.some(isFallback), "the JavaScript engine was downloaded for nothing");
});

test("keeps its place in a page whose policy forbids WebAssembly", async (t) => {
  const { folder } = await installedFor(t, "strict.html", "strict-page.js", "visit.mjs");
  const headers = { "content-security-policy": "script-src 'self'" };
  const paths = await pageKeepsItsPlace(folder, "strict.html", { engine: "js", headers });
  assert.ok(paths.some(isFallback));
});
