// The Flowdock connector in a page of another origin, which CORS lets send only what is documented.

import assert from "node:assert/strict";
import test from "node:test";
import { flowdockEmulator } from "brookmark/emulators/flowdock";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { until } from "../support/waiting.mjs";

const HTML = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "brookmark": "/dist/index.js" } }</script>
<script type="module">
  import { flowdock } from "/dist/connectors.js";
  globalThis.heard = [];
  flowdock({
    ...JSON.parse(new URLSearchParams(location.search).get("options")),
    bookmark: "flows",
    retry: { min: 20, max: 100 },
    onEvent: ({ data }) => void globalThis.heard.push(data.id),
    onError: (error) => void globalThis.heard.push(error.code),
  });
</script>`;

for (const tokenIn of ["header", "query"]) {
  test(`a page goes on after a cut and after a reload, with the token in the ${tokenIn}`, async (t) => {
    const emulator = await flowdockEmulator();
    const pages = await servePages({
      "/flows": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(HTML),
    });
    const browser = await openChromium();
    t.after(async () => {
      await browser.close();
      await pages.close();
      await emulator.stop();
    });
    const { streamUrl, apiUrl } = emulator;
    const options = JSON.stringify({ streamUrl, apiUrl, token: "token", tokenIn, flows: ["acme/main"] });
    const page = await browser.newPage();
    const heard = async (ids) => {
      await page.waitForFunction((count) => globalThis.heard.filter(Number).length === count, ids.length, { timeout: 8_000 });
      assert.deepEqual(await page.evaluate(() => globalThis.heard.filter(Number)), ids);
    };

    await page.goto(`${pages.url}/flows?${new URLSearchParams({ options })}`);
    await until("the stream", () => emulator.connections === 1);
    emulator.post("acme/main", "hällo");
    await heard([1]);
    emulator.cut();
    emulator.post("acme/main", "during the cut");
    await heard([1, 2]);
    assert.deepEqual(await page.evaluate(() => globalThis.heard.filter((code) => !Number(code))), ["network"]);
    await page.goto("about:blank");
    emulator.post("acme/main", "while away");
    await page.goto(`${pages.url}/flows?${new URLSearchParams({ options })}`);
    await heard([3]);
  });
}
