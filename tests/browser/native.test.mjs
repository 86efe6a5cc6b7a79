// The platform's own EventSource in the place of fetch.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { fixtures } from "../support/fixtures.mjs";
import { servePages } from "../support/pages.mjs";
import { events } from "../support/server.mjs";
import { until } from "../support/waiting.mjs";

const cases = fixtures();
let browser;
let pages;
let requests;
let respond;

const twoMore = (asked, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(events(asked + 1, asked + 2));
};

before(async () => {
  browser = await openChromium();
  pages = await servePages({
    "/events": (request, response) => {
      const query = new URL(request.url, "http://pages").searchParams.get("last");
      requests.push(query ?? request.headers["last-event-id"] ?? null);
      respond(Number(query ?? 0), response);
    },
    "/fixture": (request, response) => {
      const number = Number(new URL(request.url, "http://pages").searchParams.get("n"));
      response.writeHead(200, { "content-type": "text/event-stream" }).end(cases[number].wire);
    },
  });
});

after(async () => {
  await browser?.close();
  await pages?.close();
});

async function open(t) {
  requests = [];
  respond = twoMore;
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${pages.url}/tests/browser/page.html`);
  await ready(page);
  return page;
}

const native = { transport: "native", lastEventId: { query: "last" } };
const ready = (page) => page.waitForFunction(() => globalThis.watch !== undefined);
const watch = (page, options) =>
  page.evaluate(([url, options]) => globalThis.watch(url, options), [`${pages.url}/events`, options]);
const holds = (page, check, value) => page.waitForFunction(check, value, { timeout: 8_000 });
const seen = (page) => page.evaluate(() => globalThis.seen);
const received = (page, count) => holds(page, (count) => globalThis.seen.ids.length >= count, count);

test("a cut leads on at the position, and so does a reload with a bookmark", async (t) => {
  const page = await open(t);
  const cut = [];
  respond = (asked, response) => {
    twoMore(asked, response);
    cut.push(() => response.socket.destroy());
  };
  await watch(page, { ...native, bookmark: "deals" });
  await received(page, 2);
  cut[0]();
  await received(page, 4);
  assert.deepEqual((await seen(page)).codes, ["network"]);
  await holds(page, () => globalThis.stream.position === "4");
  await page.reload();
  await ready(page);
  await watch(page, { ...native, bookmark: "deals" });
  await received(page, 2);
  assert.deepEqual((await seen(page)).ids, ["5", "6"]);
  assert.deepEqual(requests, [null, "2", "4"]);
});

test("without a place for the position, going on behind one is a gap", async (t) => {
  const page = await open(t);
  let cut;
  respond = (asked, response) => {
    twoMore(asked, response);
    cut = () => response.socket.destroy();
  };
  await watch(page, { transport: "native" });
  await received(page, 2);
  cut();
  await holds(page, () => globalThis.seen.gaps.length === 1);
  await holds(page, () => globalThis.stream.state === "open");
  assert.deepEqual((await seen(page)).gaps, ["position-refused"]);
  assert.deepEqual(requests, [null, null]);
});

test("a refusal cannot be told from a cut, and is retried", async (t) => {
  const page = await open(t);
  respond = (_, response) => response.writeHead(404).end();
  await watch(page, { ...native, retry: { min: 10, max: 10, attempts: 2 } });
  await holds(page, () => globalThis.stream.state === "closed");
  assert.deepEqual((await seen(page)).codes, ["network", "network", "retries-exhausted"]);
});

test("a source that is faster than its reader is given up and asked again; nothing is lost", async (t) => {
  const page = await open(t);
  respond = (asked, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let id = asked + 1; id <= Math.min(asked + 60, 100); id += 1) {
      response.write(`id: ${id}\ndata: ${"x".repeat(50_000)}\n\n`);
    }
  };
  const ids = await page.evaluate(
    ([url, options]) =>
      new Promise((resolve) => {
        const ids = [];
        const stream = globalThis.brookmark.sse(url, {
          ...options,
          retry: { min: 10, max: 10 },
          highWaterMark: 1,
          async onEvent(event) {
            ids.push(Number(event.id));
            await new Promise((resolve) => setTimeout(resolve, 5));
            if (event.id !== "100") return;
            void stream.close();
            resolve(ids);
          },
        });
      }),
    [`${pages.url}/events`, native],
  );
  assert.deepEqual(ids, Array.from({ length: 100 }, (_, index) => index + 1));
  assert.ok(requests.length > 1, requests.join());
});

test("a payload that ends the stream is heard whatever the application wants to hear", async (t) => {
  const page = await open(t);
  respond = (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("event: delta\nid: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: [DONE]\n\n");
  };
  await watch(page, { ...native, events: ["delta"], done: "[DONE]" });
  await holds(page, () => globalThis.stream.state === "closed");
  const { ids, codes } = await seen(page);
  assert.deepEqual([ids, codes], [["1"], []]);
  assert.equal(await page.evaluate(() => globalThis.stream.position), "2");
});

test("close closes the EventSource, also one that is not open yet", async (t) => {
  const page = await open(t);
  const closed = [];
  respond = (asked, response) => {
    response.on("close", () => closed.push("closed"));
    if (requests.length === 1) twoMore(asked, response);
  };
  for (const isOpen of [true, false]) {
    await watch(page, native);
    if (isOpen) await received(page, 2);
    else await holds(page, () => globalThis.stream.state === "connecting");
    await page.evaluate(() => globalThis.stream.close());
  }
  // Whatever the page has asked for before this has arrived, if it ever does.
  await page.evaluate(() => fetch("/tests/browser/page.html"));
  await until("the end of the connections", () => closed.length === requests.length);
});

test("auto is fetch where that can stream, else native", async (t) => {
  const page = await open(t);
  await watch(page, { transport: "auto", start: { position: "7" } });
  await received(page, 1);
  await page.evaluate(() => globalThis.stream.close());
  assert.deepEqual(requests, ["7"]);
  const made = await page.evaluate(
    async ([url, native]) => {
      delete Response.prototype.body;
      const Native = globalThis.EventSource;
      let made = 0;
      globalThis.EventSource = class extends Native {
        constructor(...args) {
          super(...args);
          made += 1;
        }
      };
      const stream = globalThis.brookmark.sse(url, { ...native, transport: "auto" });
      for await (const { id } of stream) if (id === "2") break;
      return made;
    },
    [`${pages.url}/events`, native],
  );
  assert.equal(made, 1);
});

const misuses = {
  method: { method: "POST" },
  headers: { headers: {} },
  auth: { auth: "token" },
  position: { position: { header: "x" } },
  credentials: { credentials: "omit" },
  "lastEventId: { query }": { lastEventId: { header: "Last-Event-ID", query: "last" } },
  "lastEventId: { query } ": { lastEventId: undefined, bookmark: "deals" },
  "lastEventId: { query }  ": { lastEventId: undefined, start: { position: "7" } },
  "lastEventId: { query }   ": { lastEventId: undefined, start: "earliest" },
};

for (const [name, options] of Object.entries(misuses)) {
  test(`native with ${JSON.stringify(options)} is a misuse that says so`, async (t) => {
    const page = await open(t);
    const thrown = await page.evaluate(
      ([native, { lastEventId, ...options }, isUnplaced]) => {
        const place = isUnplaced ? { lastEventId } : {};
        try {
          globalThis.brookmark.sse("/events", { ...native, ...options, ...place });
          return null;
        } catch ({ code, message }) {
          return { code, message };
        }
      },
      [native, options, "lastEventId" in options],
    );
    assert.equal(thrown?.code, "bad-option");
    assert.ok(thrown.message.includes(name.trim()), thrown.message);
  });
}

test("what an EventSource hears arrives unchanged: every fixture", async (t) => {
  const page = await open(t);
  const types = [...new Set(["message", ...cases.flatMap(({ events }) => events.map(({ type }) => type))])];
  for (const [number, { name, events }] of cases.entries()) {
    const heard = await page.evaluate(
      async ([url, types]) => {
        const events = [];
        const stream = globalThis.brookmark.sse(url, {
          transport: "native",
          retry: false,
          events: types,
          onEvent: ({ type, data, id }) => void events.push({ type, data, id }),
        });
        const { code } = await stream.closed.catch((error) => error);
        return { events, code };
      },
      [`/fixture?n=${number}`, types],
    );
    assert.deepEqual(heard, { events, code: "network" }, name);
  }
});
