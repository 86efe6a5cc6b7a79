// What only a page has: its storage, its life, its network.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { events } from "../support/server.mjs";

const html = readFileSync(new URL("page.html", import.meta.url));
let browser;
let pages;
let requests;
let respond;

/** Sends two events behind the position asked for, and stays open. */
const twoMore = (asked, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(events(Number(asked ?? 0) + 1, Number(asked ?? 0) + 2));
};

before(async () => {
  browser = await openChromium();
  pages = await servePages({
    "/events": (request, response) => {
      const asked = request.headers["last-event-id"] ?? null;
      requests.push(asked);
      respond(asked, response);
    },
    "/sandboxed": (_, response) =>
      response
        .writeHead(200, { "content-type": "text/html", "content-security-policy": "sandbox allow-scripts" })
        .end(html),
    "/elsewhere": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>elsewhere"),
  });
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

/** A page with storage of its own, at `path`; `run` is what it does. */
async function open(t, path = "/tests/browser/page.html") {
  requests = [];
  respond = twoMore;
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`in the page: ${error}`));
  await page.goto(`${pages.url}${path}`);
  await ready(page);
  return page;
}

const ready = (page) => page.waitForFunction(() => globalThis.watch !== undefined);
const watch = (page, options = {}) =>
  page.evaluate(([url, options]) => globalThis.watch(url, options), [`${pages.url}/events`, options]);
const holds = (page, check, value) => page.waitForFunction(check, value, { timeout: 8_000 });
const seen = (page) => page.evaluate(() => globalThis.seen);
const committed = (page, position) =>
  holds(page, (position) => globalThis.stream?.position === position, position);

test("the bookmark lies in localStorage, and a reloaded page goes on behind it", async (t) => {
  const page = await open(t);
  await watch(page, { bookmark: "deals" });
  await committed(page, "2");
  assert.equal(await page.evaluate(() => localStorage.length), 1);
  await page.reload();
  await ready(page);
  await watch(page, { bookmark: "deals" });
  await committed(page, "4");
  assert.deepEqual((await seen(page)).ids, ["3", "4"]);
  assert.deepEqual(requests, [null, "2"]);
  assert.equal(await page.evaluate(() => globalThis.brookmark.runtimeInfo().engine), "wasm");
});

test("a full localStorage is reported and stops nothing", async (t) => {
  const page = await open(t);
  await page.evaluate(() => {
    for (let size = 4 * 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (let n = 0; ; n += 1) localStorage.setItem(`filler ${size} ${n}`, "x".repeat(size));
      } catch {
        // Full for pieces of this size; on with smaller ones.
      }
    }
  });
  await watch(page, { bookmark: "deals" });
  await holds(page, () => globalThis.seen.ids.length === 2 && globalThis.seen.codes.length > 0);
  assert.deepEqual((await seen(page)).codes, ["store-write"]);
  assert.equal(await page.evaluate(() => globalThis.stream.state), "open");
});

test("a localStorage that is forbidden is reported and stops nothing", async (t) => {
  const page = await open(t, "/sandboxed");
  await watch(page, { bookmark: "deals" });
  await committed(page, "2");
  assert.deepEqual((await seen(page)).codes, ["store-unavailable"]);
});

test("the network's return cuts a wait short", async (t) => {
  const page = await open(t);
  respond = (_, response) => response.writeHead(500).end();
  await watch(page, { retry: { min: 60_000, max: 60_000 } });
  await holds(page, () => globalThis.stream.state === "waiting");
  respond = twoMore;
  await page.context().setOffline(true);
  await page.context().setOffline(false);
  await committed(page, "2");
});

test("a page that is looked at again cuts a wait short", async (t) => {
  const page = await open(t);
  respond = (_, response) => response.writeHead(500).end();
  await watch(page, { retry: { min: 60_000, max: 60_000 } });
  await holds(page, () => globalThis.stream.state === "waiting");
  respond = twoMore;
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await committed(page, "2");
});

test("a page that was left and is come back to goes on without loss", async (t) => {
  const page = await open(t);
  await watch(page, { bookmark: "deals" });
  await committed(page, "2");
  await page.goto(`${pages.url}/elsewhere`);
  await page.goBack();
  await ready(page);
  // Where the browser kept the page, its stream wakes by itself; where not, the page begins anew.
  if (await page.evaluate(() => globalThis.stream === undefined)) await watch(page, { bookmark: "deals" });
  await committed(page, "4");
  assert.deepEqual(requests, [null, "2"]);
});

test("a page that is put away drops its connection and takes it up again when it is back", async (t) => {
  const page = await open(t);
  await watch(page);
  await committed(page, "2");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await holds(page, () => globalThis.stream.state === "suspended");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await committed(page, "4");
  const { ids, codes } = await seen(page);
  assert.deepEqual(ids, ["1", "2", "3", "4"]);
  assert.deepEqual(codes, []);
  assert.deepEqual(requests, [null, "2"]);
});

test("a machine that has slept is connected anew, as soon as there is a sign of waking up", async (t) => {
  const page = await open(t);
  await watch(page);
  await committed(page, "2");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now.call(Date) + 600_000;
    dispatchEvent(new Event("online"));
  });
  await committed(page, "4");
  const { ids, codes } = await seen(page);
  assert.deepEqual(ids, ["1", "2", "3", "4"]);
  assert.deepEqual(codes, ["network"]);
  assert.deepEqual(requests, [null, "2"]);
});

for (const kind of ["dedicated", "shared", "service"]) {
  test(`a ${kind} worker consumes like a page`, async (t) => {
    const page = await open(t);
    const told = await page.evaluate(
      async ([kind, url]) => {
        const script = "/tests/browser/worker.mjs";
        const messages = [];
        let resolve;
        const promise = new Promise((done) => (resolve = done));
        const hear = ({ data }) => {
          messages.push(data);
          if (messages.length === 2) resolve(messages);
        };
        if (kind === "dedicated") {
          const worker = new Worker(script, { type: "module" });
          worker.onmessage = hear;
          worker.postMessage(url);
        } else if (kind === "shared") {
          const { port } = new SharedWorker(script, { type: "module" });
          port.onmessage = hear;
          port.postMessage(url);
        } else {
          navigator.serviceWorker.onmessage = hear;
          await navigator.serviceWorker.register(script, { type: "module" });
          const { active } = await navigator.serviceWorker.ready;
          active.postMessage(url);
        }
        return promise;
      },
      [kind, `${pages.url}/events`],
    );
    assert.deepEqual(told, [
      { id: "1", engine: "wasm" },
      { id: "2", engine: "wasm" },
    ]);
  });
}
