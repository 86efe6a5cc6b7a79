// Pages that nobody looks at, and pages that are put away and come back.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { events } from "../support/server.mjs";
import { until } from "../support/waiting.mjs";

let browser;
let pages;
let requests;
let responses;

before(async () => {
  /* Playwright turns the back/forward cache off. */
  browser = await openChromium([], ["--disable-back-forward-cache"]);
  pages = await servePages({
    "/events": (request, response) => {
      const asked = request.headers["last-event-id"] ?? null;
      requests.push(asked);
      responses.push(response);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(events(Number(asked ?? 0) + 1, Number(asked ?? 0) + 2));
    },
    "/elsewhere": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>elsewhere"),
  });
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

async function open(t) {
  requests = [];
  responses = [];
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${pages.url}/tests/browser/page.html`);
  await page.waitForFunction(() => globalThis.watch !== undefined);
  return page;
}

const watch = (page, options = {}) =>
  page.evaluate(([url, options]) => globalThis.watch(url, options), [`${pages.url}/events`, options]);
const holds = (page, check, value) => page.waitForFunction(check, value, { timeout: 8_000 });
const isIn = (page, state) => holds(page, (state) => globalThis.stream.state === state, state);
const committed = (page, position) => holds(page, (position) => globalThis.stream.position === position, position);
const seen = (page) => page.evaluate(() => globalThis.seen);
/** A headless page is always visible, so it is told otherwise. */
const show = (page, state) =>
  page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
const transition = (page, type) =>
  page.evaluate((type) => void dispatchEvent(new PageTransitionEvent(type, { persisted: true })), type);

test("a hidden page has no connection where that is wanted, and goes on when it is seen again", async (t) => {
  const page = await open(t);
  await watch(page, { pauseWhenHidden: true });
  await committed(page, "2");
  await show(page, "hidden");
  await isIn(page, "suspended");
  await until("the end of the connection", () => responses[0].destroyed);
  await show(page, "visible");
  await committed(page, "4");
  const { ids, codes, states } = await seen(page);
  assert.deepEqual(ids, ["1", "2", "3", "4"]);
  assert.deepEqual(codes, []);
  assert.deepEqual(states.slice(-4), ["open", "suspended", "connecting", "open"]);
  assert.deepEqual(requests, [null, "2"]);
});

test("by default a hidden page stays connected", async (t) => {
  const page = await open(t);
  await watch(page);
  await committed(page, "2");
  await show(page, "hidden");
  responses[0].write(events(3, 3));
  await committed(page, "3");
  await show(page, "visible");
  assert.equal((await seen(page)).states.includes("suspended"), false);
});

test("a stream that begins in a hidden page waits until it is seen", async (t) => {
  const page = await open(t);
  await show(page, "hidden");
  await watch(page, { pauseWhenHidden: true });
  await isIn(page, "suspended");
  assert.deepEqual(requests, []);
  await show(page, "visible");
  await committed(page, "2");
});

test("a request that may not be sent twice is not given up for a hidden page", async (t) => {
  const page = await open(t);
  await watch(page, { pauseWhenHidden: true, method: "POST" });
  await committed(page, "2");
  await show(page, "hidden");
  responses[0].write(events(3, 3));
  await committed(page, "3");
});

test("a page that is back but hidden still waits to be seen", async (t) => {
  const page = await open(t);
  await watch(page, { pauseWhenHidden: true });
  await committed(page, "2");
  await show(page, "hidden");
  await transition(page, "pagehide");
  await transition(page, "pageshow");
  assert.equal(await page.evaluate(() => globalThis.stream.state), "suspended");
  await show(page, "visible");
  await committed(page, "4");
  assert.deepEqual(requests, [null, "2"]);
});

test("a page that the back/forward cache has kept goes on by itself behind its last event", async (t) => {
  const page = await open(t);
  await page.evaluate(() => {
    globalThis.born = "before";
    addEventListener("pageshow", (event) => (globalThis.wasKept = event.persisted));
  });
  await watch(page);
  await committed(page, "2");
  await page.goto(`${pages.url}/elsewhere`);
  await until("the end of the connection", () => responses[0].destroyed);
  // Playwright would wait for a page that loads, and this one does not.
  await page.evaluate(() => history.back());
  await holds(page, () => globalThis.wasKept === true);
  assert.equal(await page.evaluate(() => globalThis.born), "before");
  await committed(page, "4");
  const { ids, codes, states } = await seen(page);
  assert.deepEqual(ids, ["1", "2", "3", "4"]);
  assert.deepEqual(codes, []);
  assert.deepEqual(states.slice(-4), ["open", "suspended", "connecting", "open"]);
  assert.deepEqual(requests, [null, "2"]);
});
