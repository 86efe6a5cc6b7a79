// Two tabs on one bookmark in localStorage: one consumes, the other waits until it may.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { events } from "../support/server.mjs";

let browser;
let pages;
let requests;
/** What more a connection gets, from the event behind the first two on. */
let goOn;

before(async () => {
  browser = await openChromium();
  pages = await servePages({
    "/events": (request, response) => {
      const asked = request.headers["last-event-id"] ?? null;
      requests.push(asked);
      response.writeHead(200, { "content-type": "text/event-stream" });
      const last = Number(asked ?? 0) + 2;
      response.write(events(last - 1, last));
      goOn?.(response, last + 1);
    },
  });
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

/** Tabs of one browser profile. */
async function openTabs(t, count) {
  requests = [];
  goOn = undefined;
  const context = await browser.newContext();
  t.after(() => context.close());
  return Promise.all(
    Array.from({ length: count }, async () => {
      const page = await context.newPage();
      page.on("pageerror", (error) => assert.fail(`in the page: ${error}`));
      await page.goto(`${pages.url}/tests/browser/page.html`);
      await page.waitForFunction(() => globalThis.watch !== undefined);
      return page;
    }),
  );
}

const watch = (page, bookmark) =>
  page.evaluate(([url, bookmark]) => globalThis.watch(url, { bookmark }), [`${pages.url}/events`, bookmark]);
const holds = (page, check, value) => page.waitForFunction(check, value, { timeout: 8_000 });
const committed = (page, position) => holds(page, (position) => globalThis.stream?.position === position, position);
const waits = (page) => holds(page, () => globalThis.stream.state === "waiting");
const seen = (page) => page.evaluate(() => globalThis.seen);

for (const [how, leave] of [
  ["closes its stream", (page) => page.evaluate(() => globalThis.stream.close())],
  ["is closed", (page) => page.close()],
  ["crashes", (page) => page.goto("chrome://crash").catch(() => {})],
  ["is reloaded", (page) => page.reload()],
]) {
  test(`a second tab waits, and goes on behind the first one when that ${how}`, async (t) => {
    const [first, second] = await openTabs(t, 2);
    await watch(first, "deals");
    await committed(first, "2");
    await watch(second, "deals");
    await waits(second);
    assert.deepEqual(requests, [null]);
    await leave(first);
    await committed(second, "4");
    const { ids, codes } = await seen(second);
    assert.deepEqual([ids, codes, requests], [["3", "4"], [], [null, "2"]]);
  });
}

test("of several that wait, each has its turn, and who gives up waiting has none", async (t) => {
  const [first, second, third] = await openTabs(t, 3);
  await watch(first, "deals");
  await committed(first, "2");
  for (const page of [second, third]) {
    await watch(page, "deals");
    await waits(page);
  }
  await second.evaluate(() => globalThis.stream.close());
  assert.equal(await second.evaluate(() => globalThis.stream.state), "closed");
  await first.evaluate(() => globalThis.stream.close());
  await committed(third, "4");
  assert.deepEqual((await seen(second)).ids, []);
  assert.deepEqual(requests, [null, "2"]);
});

test("two bookmarks are consumed beside each other", async (t) => {
  const [first, second] = await openTabs(t, 2);
  await watch(first, "deals");
  await watch(second, "other deals");
  await committed(first, "2");
  await committed(second, "2");
});

test("two streams of one page wait for each other too, and so does an EventSource", async (t) => {
  const [page] = await openTabs(t, 1);
  await watch(page, "deals");
  await committed(page, "2");
  await page.evaluate((url) => {
    globalThis.source = new globalThis.brookmark.EventSource(url, { bookmark: "deals" });
    globalThis.heard = [];
    source.onmessage = ({ lastEventId }) => heard.push(lastEventId);
    globalThis.first = globalThis.stream;
    globalThis.watch(url, { bookmark: "deals" });
  }, `${pages.url}/events`);
  await waits(page);
  assert.equal(await page.evaluate(() => globalThis.source.readyState), 0);
  await page.evaluate(() => globalThis.first.close());
  await holds(page, () => globalThis.heard.length === 2);
  assert.equal(await page.evaluate(() => globalThis.stream.state), "waiting");
  await page.evaluate(() => globalThis.source.close());
  await committed(page, "6");
  assert.deepEqual(requests, [null, "2", "4"]);
});

test("where a page has no locks, the tab that comes second to write stops", async (t) => {
  const tabs = await openTabs(t, 2);
  goOn = (response, next) => {
    const timer = setInterval(() => response.write(events(next, next++)), 20);
    response.on("close", () => clearInterval(timer));
  };
  for (const page of tabs) {
    await page.evaluate(() => Object.defineProperty(navigator, "locks", { value: undefined }));
    await watch(page, "deals");
  }
  await Promise.any(tabs.map((page) => holds(page, () => globalThis.stream.state === "closed")));
  const codes = await Promise.all(tabs.map(async (page) => (await seen(page)).codes));
  assert.deepEqual(codes.flat(), ["bookmark-conflict"], "one stops, and the other does not");
});
