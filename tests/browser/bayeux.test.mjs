// What the Bayeux client meets in a page alone, which can be left and come back to. All else is in the stories.

import assert from "node:assert/strict";
import test from "node:test";
import { History, startCometd } from "../support/bayeux.mjs";
import { allowPages } from "../support/bayeux-servers/watch.mjs";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";

const HTML = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="module">
  import { bayeux } from "/dist/index.js";
  globalThis.heard = [];
  globalThis.client = bayeux(new URLSearchParams(location.search).get("url"), { credentials: "include" });
  globalThis.stream = client.subscribe("/a", { bookmark: "deals", onEvent: ({ data }) => void heard.push(data.payload) });
</script>`;

test("a page says farewell when it is left, and goes on where it was when it is back", async (t) => {
  const history = new History();
  const server = await startCometd(t, { history, intercept: allowPages });
  const pages = await servePages({
    "/bayeux": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(HTML),
  });
  const browser = await openChromium();
  t.after(async () => {
    await browser.close();
    await pages.close();
  });
  const page = await browser.newPage();
  const visit = () => page.goto(`${pages.url}/bayeux?${new URLSearchParams({ url: server.url })}`);
  const heard = async (want) => {
    await page.waitForFunction((count) => globalThis.heard?.length >= count, want.length, { timeout: 8_000 });
    assert.deepEqual(await page.evaluate(() => globalThis.heard), want);
  };
  await visit();
  await page.waitForFunction(() => globalThis.stream?.state === "open");
  server.record("/a", 1);
  await heard([1]);
  const [session] = server.cometd.getServerChannel("/a").subscribers;
  const removed = new Promise((resolve) => session.addListener("removed", (_session, timeout) => resolve(timeout)));
  await page.goto("about:blank");
  assert.equal(await removed, false);
  server.record("/a", 2);
  await visit();
  await heard([2]);
});
