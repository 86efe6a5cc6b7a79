// The rules of EventSource in a page: ours in the place of the platform's, and the platform's own as a
// second opinion. Where that differs, the rule says why, and the test fails once it agrees again.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { openChromium } from "../support/chromium.mjs";
import { OURS, rules } from "../support/eventsource-rules.mjs";
import { serveEventSources } from "../support/eventsource-server.mjs";
import { servePages } from "../support/pages.mjs";

/* Each in a context of its own: a browser opens six connections to a host for one profile. */
const CONTEXTS = 4;

let browser;
let pages;
let server;
const free = [];

before(async () => {
  server = await serveEventSources();
  pages = await servePages({
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

/** Runs a rule in a page, with ours as the global class or with the platform's. */
async function run(index, isOurs) {
  const page = free.pop();
  try {
    const { origin, otherOrigin, deadOrigin } = server;
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
      [index, isOurs, { origin, otherOrigin, deadOrigin }],
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
