// The stories of the Bayeux client in a page, with servers of another origin, whose cookies no script sees.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { tellStories } from "../support/bayeux-home.mjs";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";

let browser;
let page;
let pages;

before(async () => {
  pages = await servePages({
    "/empty": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"),
  });
  browser = await openChromium();
  page = await browser.newPage();
  await page.goto(`${pages.url}/empty`);
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

tellStories({
  name: "Chromium",
  lacks: ["cookies of each client's own"],
  async tell(name, server) {
    await page.context().clearCookies();
    const broken = await page.evaluate(
      async ([name, server]) => {
        const { tell } = await import("/tests/support/bayeux-stories.mjs");
        const { bayeux } = await import("/dist/index.js");
        return tell(name, { bayeux, webSocket: true }, server).then(() => null, ({ stack }) => stack);
      },
      [name, server],
    );
    assert.equal(broken, null);
  },
});
