// The fixtures against the browser's own EventSource: an opinion on the standard that is not ours.
// Chromium conforms in all that they cover. Where one day it does not, the case is to be marked as
// an exception with its reason, and to fail once it agrees again.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { fixtures } from "../support/fixtures.mjs";
import { servePages } from "../support/pages.mjs";

const cases = fixtures();
const types = [...new Set(["message", ...cases.flatMap(({ events }) => events.map(({ type }) => type))])];
let browser;
let page;
let pages;

before(async () => {
  pages = await servePages({
    "/empty": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(),
    "/fixture": (request, response) => {
      const number = Number(new URL(request.url, "http://pages").searchParams.get("n"));
      response.writeHead(200, { "content-type": "text/event-stream" }).end(cases[number].wire);
    },
  });
  browser = await openChromium();
  page = await browser.newPage();
  await page.goto(`${pages.url}/empty`);
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

/** What EventSource makes of a fixture until its response ends. */
const readNatively = (number) =>
  page.evaluate(
    ([url, types]) =>
      new Promise((resolve) => {
        const events = [];
        const source = new EventSource(url);
        for (const type of types) {
          source.addEventListener(type, (event) => {
            // The end of the response is an `error` too, but one without data.
            if (!(event instanceof MessageEvent)) return;
            events.push({ type: event.type, data: event.data, id: event.lastEventId });
          });
        }
        source.addEventListener("error", (event) => {
          if (event instanceof MessageEvent) return;
          source.close();
          resolve(events);
        });
      }),
    [`/fixture?n=${number}`, types],
  );

cases.forEach(({ name, events }, number) => {
  test(`Chromium agrees: ${name}`, async () => {
    assert.deepEqual(await readNatively(number), events);
  });
});
