// Across origins: a header that the server does not allow, and how that is told from no network.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { serveElsewhere } from "../support/elsewhere.mjs";
import { servePages } from "../support/pages.mjs";
import { deadUrl } from "../support/server.mjs";

let browser;
let pages;

before(async () => {
  browser = await openChromium();
  pages = await servePages();
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

/** A page that consumes `url` from the position 5 on. */
async function watch(t, url, options = {}) {
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${pages.url}/tests/browser/page.html`);
  await page.waitForFunction(() => globalThis.watch !== undefined);
  await page.evaluate(
    ([url, options]) => globalThis.watch(url, options),
    [url, { start: { position: "5" }, ...options }],
  );
  return page;
}

const holds = (page, check, value) => page.waitForFunction(check, value, { timeout: 8_000 });
const received = (page, ...ids) =>
  holds(page, (ids) => JSON.stringify(globalThis.seen.ids) === ids, JSON.stringify(ids));
const seen = (page) => page.evaluate(() => globalThis.seen);
const either = { lastEventId: { header: "Last-Event-ID", query: "last" } };
const allowed = () => "last-event-id, x-own";
const refused = () => "x-own";

test("a header that is allowed is sent, and nothing is tried beside it", async (t) => {
  const source = await serveElsewhere(t, allowed);
  const page = await watch(t, source.url, either);
  await received(page, "6");
  assert.deepEqual(source.asked, ["preflight", "header 5"]);
});

for (const [name, allows] of [
  ["does not allow the header", refused],
  ["knows no preflight", () => null],
]) {
  test(`a server that ${name} is asked by the query, at once and from then on`, async (t) => {
    const source = await serveElsewhere(t, allows);
    const page = await watch(t, source.url, either);
    await received(page, "6");
    assert.deepEqual(source.asked.filter((asked) => asked !== "preflight"), ["nothing", "query 5"]);
    const before = source.asked.length;
    source.cut();
    await received(page, "6", "7");
    assert.deepEqual(source.asked.slice(before), ["query 6"]);
    assert.deepEqual((await seen(page)).gaps, []);
    assert.deepEqual((await seen(page)).codes, ["network"]);
  });
}

test("without a query a refused header is a gap on each connection, and is not knocked with again", async (t) => {
  const source = await serveElsewhere(t, refused);
  const page = await watch(t, source.url);
  await received(page, "1");
  assert.deepEqual((await seen(page)).gaps, ["position-refused"]);
  assert.deepEqual(source.asked, ["preflight", "nothing", "preflight", "nothing"]);
  source.cut();
  await holds(page, () => globalThis.seen.gaps.length === 2);
  await holds(page, () => globalThis.stream.state === "open");
  assert.deepEqual(source.asked.slice(4), ["nothing"]);
});

test("a refused header can be the end", async (t) => {
  const source = await serveElsewhere(t, refused);
  const page = await watch(t, source.url, { onGap: "fail" });
  await holds(page, () => globalThis.stream.state === "closed");
  const { codes } = await seen(page);
  assert.deepEqual(codes, ["position-refused"]);
});

test("headers of the application that are allowed do not hide that the position's is not", async (t) => {
  const source = await serveElsewhere(t, refused);
  const page = await watch(t, source.url, { ...either, headers: { "X-Own": "1" } });
  await received(page, "6");
  assert.deepEqual(source.asked.at(-1), "query 5");
});

test("headers of the application that are not allowed are no refusal of the position's", async (t) => {
  const source = await serveElsewhere(t, () => "last-event-id");
  const page = await watch(t, source.url, { ...either, headers: { "X-Own": "1" } });
  await holds(page, () => globalThis.seen.codes.length >= 3);
  const { codes, gaps } = await seen(page);
  assert.deepEqual([...new Set(codes)], ["network"]);
  assert.deepEqual(gaps, []);
  assert.ok(source.asked.every((asked) => asked === "preflight"), source.asked.join());
});

test("a network that comes back while it is found out is no refusal", async (t) => {
  const source = await serveElsewhere(t, (n) => (n === 1 ? null : "last-event-id"));
  const page = await watch(t, source.url);
  await received(page, "6");
  assert.deepEqual(source.asked, ["preflight", "nothing", "preflight", "header 5"]);
  assert.deepEqual((await seen(page)).gaps, []);
});

test("a header that has passed once is not doubted when the network fails later", async (t) => {
  const source = await serveElsewhere(t, (n) => (n === 2 ? null : "last-event-id, x-1, x-2, x-3"));
  const page = await watch(t, source.url, { headers: "changing" });
  await received(page, "6");
  // What a preflight allowed is remembered by its URL and headers; another header makes it ask again.
  source.cut();
  await received(page, "6", "7");
  assert.deepEqual(source.asked, ["preflight", "header 5", "preflight", "preflight", "header 6"]);
});

test("no network is a network error, and no gap", async (t) => {
  const page = await watch(t, await deadUrl(), either);
  await holds(page, () => globalThis.seen.codes.length >= 3);
  const { codes, gaps } = await seen(page);
  assert.deepEqual([...new Set(codes)], ["network"]);
  assert.deepEqual(gaps, []);
});
