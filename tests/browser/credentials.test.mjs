// Cookies travel to another origin only where the application says so.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { event } from "../support/server.mjs";

let browser;
let pages;

before(async () => {
  browser = await openChromium();
  pages = await servePages({
    "/cookie": (_, response) => response.writeHead(204, { "set-cookie": "session=7; Path=/" }).end(),
  });
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

/** Starts a source at an origin of its own, which tells the cookie that it was sent. */
async function source(t) {
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", pages.url);
    response.setHeader("access-control-allow-credentials", "true");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(event(request.headers.cookie ?? "no cookie"));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

for (const transport of ["fetch", "native"]) {
  for (const [credentials, cookie] of [
    [undefined, "no cookie"],
    ["same-origin", "no cookie"],
    ["include", "session=7"],
  ]) {
    test(`${transport} with credentials: ${credentials}`, async (t) => {
      const url = await source(t);
      const page = await browser.newPage();
      t.after(() => page.close());
      await page.goto(`${pages.url}/tests/browser/page.html`);
      await page.waitForFunction(() => globalThis.watch !== undefined);
      await page.evaluate(() => fetch("/cookie"));
      await page.evaluate(([url, options]) => globalThis.watch(url, options), [url, { transport, credentials }]);
      await page.waitForFunction(() => globalThis.seen.ids.length === 1);
      assert.deepEqual(await page.evaluate(() => globalThis.seen.ids), [cookie]);
    });
  }
}
