// The rules of EventSource in a page: ours in the place of the platform's, and the platform's own as a
// second opinion. Where that differs, the rule says why, and the test fails once it agrees again.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { OURS, rules } from "../support/eventsource-rules.mjs";
import { serveEventSources } from "../support/eventsource-server.mjs";
import { servePages } from "../support/pages.mjs";

/* Each in a context of its own: a browser opens six connections to a host for one profile. */
const CONTEXTS = 4;

const worker = readFileSync(new URL("eventsource-worker.mjs", import.meta.url));
let browser;
let pages;
let server;
const free = [];

before(async () => {
  server = await serveEventSources();
  pages = await servePages({
    /* A service worker may be no further up than the script that it is. */
    "/eventsource-worker.mjs": (_, response) => response.writeHead(200, { "content-type": "text/javascript" }).end(worker),
    "/empty": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>"),
  });
  browser = await openChromium(["--js-flags=--expose-gc"]);
  for (let index = 0; index < CONTEXTS; index += 1) {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${pages.url}/empty`);
    free.push(page);
  }
});

after(async () => {
  await browser?.close();
  await pages?.close();
  await server?.close();
});

function origins() {
  const { origin, otherOrigin, deadOrigin } = server;
  return { origin, otherOrigin, deadOrigin };
}

/** Runs a rule in a page, with ours as the global class or with the platform's. */
async function run(index, isOurs) {
  const page = free.pop();
  try {
        return await page.evaluate(
      async ([index, isOurs, origins]) => {
        const { rules, keep } = await import("/tests/support/eventsource-rules.mjs");
        globalThis.platform ??= globalThis.EventSource;
        globalThis.EventSource = isOurs ? (await import("/dist/index.js")).EventSource : globalThis.platform;
        try {
          await keep(rules[index], globalThis.EventSource, origins);
          return null;
        } catch (error) {
          return error.stack;
        }
      },
      [index, isOurs, origins()],
    );
  } finally {
    free.push(page);
  }
}

test("EventSource in a page", { concurrency: CONTEXTS }, async (t) => {
  const running = rules.map(({ name }, index) => t.test(name, async () => assert.equal(await run(index, true), null)));
  for (const [index, { name, native }] of rules.entries()) {
    if (native === OURS) continue;
    const why = native?.chromium ?? (typeof native === "string" && native);
    running.push(
      why
        ? t.test(`Chromium differs (${why}): ${name}`, async () => assert.notEqual(await run(index, false), null))
        : t.test(`Chromium agrees: ${name}`, async () => assert.equal(await run(index, false), null)),
    );
  }
  await Promise.all(running);
});

test("an EventSource in a page that is put away is connecting, and opens when the page is back", async () => {
  const page = free.pop();
  try {
    const lines = await page.evaluate(async (origin) => {
      const { EventSource } = await import("/dist/index.js");
      const steps = JSON.stringify([{ body: "id: 1\ndata: 1\n\n" }, { body: "data: 2\n\n" }]);
      const source = new EventSource(`${origin}/events?${new URLSearchParams({ key: "put-away", steps })}`);
      const lines = [];
      const heard = (type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));
      for (const type of ["open", "message", "error"]) {
        source.addEventListener(type, () => lines.push(`${type} ${source.readyState}`));
      }
      await heard("message");
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      lines.push("put away");
      const back = heard("message");
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      const { data, lastEventId } = await back;
      source.close();
      return [...lines, data, lastEventId];
    }, server.origin);
    assert.deepEqual(lines, ["open 1", "message 1", "error 0", "put away", "open 1", "message 1", "2", "1"]);
  } finally {
    free.push(page);
  }
});

/* One for each thing that a worker has and a page has not, or the other way round. */
const IN_WORKERS = [
  "the request is a GET that accepts event streams and takes nothing from a cache",
  "after a body's cut: connecting, error, the reconnection time, a new connection",
  "a message is a MessageEvent with data, lastEventId and origin",
  "the last event id goes along, as UTF-8",
  "blob: URLs have events",
  "URLs are texts, resolved against the base; a bad one is a SyntaxError",
  "the interface is the one of the standard",
  "with a bookmark, the next one goes on behind what was told, and repeats are dropped",
];

/** In the page: makes a worker, and asks it. */
const asking = {
  DedicatedWorkerGlobalScope: (work) =>
    new Promise((resolve) => {
      const worker = new Worker("/eventsource-worker.mjs", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(work);
    }),
  SharedWorkerGlobalScope: (work) =>
    new Promise((resolve) => {
      const { port } = new SharedWorker("/eventsource-worker.mjs", { type: "module" });
      port.onmessage = ({ data }) => resolve(data);
      port.postMessage(work);
    }),
  ServiceWorkerGlobalScope: async (work) => {
    const { installing, active } = await navigator.serviceWorker.register("/eventsource-worker.mjs", { type: "module" });
    const answer = new Promise((resolve) => {
      navigator.serviceWorker.onmessage = ({ data }) => resolve(data);
    });
    (installing ?? active).postMessage(work);
    return answer;
  },
};

for (const [kind, ask] of Object.entries(asking)) {
  test(`EventSource in a ${kind}`, async () => {
    const page = free.pop();
    try {
      const chosen = rules.filter(({ name }) => IN_WORKERS.includes(name));
      assert.equal(chosen.length, IN_WORKERS.length);
      const lacks = kind === "ServiceWorkerGlobalScope" ? "object URLs" : undefined;
      const names = chosen.filter(({ needs }) => !needs || needs !== lacks).map(({ name }) => name);
      assert.deepEqual(await page.evaluate(ask, { names, origins: origins() }), { kind, wrong: [] });
    } finally {
      free.push(page);
    }
  });
}
