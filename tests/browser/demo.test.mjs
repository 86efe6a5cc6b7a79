// The demo as a visitor has it: its own servers, its page in Chromium, every button.
//
// Events count from 1 and the page begins at the oldest, so once it has caught up, what it handled
// and what it was told to be gone add up to the last number: an account apart from its counters.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";
import { serve } from "../../www/serve.mjs";
import { openChromium } from "../support/chromium.mjs";
import { aWhile } from "../support/waiting.mjs";

const PATIENCE = 20_000;
const BUTTONS = [
  ...["cut", "half", "stall", "refuse", "kill", "forget", "burst", "repeat", "big"],
  ...["reload", "pause", "slow", "throw", "reconnect", "afresh"],
];
let browser;

before(async () => {
  browser = await openChromium();
});

after(() => browser?.close());

/** Serves the demo until the test `t` ends. */
async function start(t, port = 0) {
  const stateFolder = mkdtempSync(join(tmpdir(), "brookmark-demo-"));
  let server;
  t.after(async () => {
    await server?.close();
    rmSync(stateFolder, { recursive: true, force: true });
  });
  return (server = await serve({ port, quiet: true, stateFolder }));
}

/** A page of a visitor who comes for the first time, with events flowing. */
async function visit(t, options = {}) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const server = await start(t);
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`in the page: ${error}`));
  const demo = new Demo(page, server.dealsUrl);
  await demo.command({ do: "rate", perSecond: 20 });
  await page.goto(server.url);
  await demo.flows();
  return demo;
}

class Demo {
  constructor(page, dealsUrl) {
    this.page = page;
    this.dealsUrl = dealsUrl;
  }

  async command(...commands) {
    const response = await fetch(`${this.dealsUrl}/control`, { method: "POST", body: JSON.stringify(commands) });
    assert.equal(response.status, 200, await response.text());
  }

  async status() {
    return (await fetch(`${this.dealsUrl}/status`)).json();
  }

  async positionsAsked() {
    return (await this.status()).requests.map((request) => request.lastEventId);
  }

  button(name) {
    return this.page.locator(`button[data-fault="${name}"], button#${name}`);
  }

  press(name) {
    return this.button(name).click();
  }

  text(id) {
    return this.page.textContent(`#${id}`);
  }

  async number(id) {
    return Number((await this.text(id)).replaceAll(",", ""));
  }

  /** Waits until `check(value)` is true in the page; a failure says what the page showed instead. */
  async sees(what, check, value) {
    try {
      await this.page.waitForFunction(check, value, { timeout: PATIENCE });
    } catch (error) {
      const shown = await this.page.evaluate(() =>
        ["state", "sentence", "fault-told", "counters", "position", "stats", "log"]
          .map((id) => `${id}: ${document.getElementById(id).innerText.replaceAll("\n", " ")}`)
          .join("\n"),
      );
      throw new Error(`waited for ${what}; the page shows\n${shown}`, { cause: error });
    }
  }

  shows(id, pattern) {
    return this.sees(
      `${pattern} in #${id}`,
      ([id, source]) => new RegExp(source).test(document.getElementById(id).textContent),
      [id, pattern.source],
    );
  }

  reaches(id, least) {
    return this.sees(
      `#${id} to reach ${least}`,
      ([id, least]) => Number(document.getElementById(id)?.textContent.replaceAll(",", "")) >= least,
      [id, least],
    );
  }

  isPressed(name) {
    return this.button(name).getAttribute("aria-pressed");
  }

  /** Waits until events come, also after all that came before. */
  async flows() {
    await this.reaches("stat-attempts", 1);
    await this.shows("state", /^open$/);
    await this.reaches("handled", (await this.number("handled")) + 3);
  }

  /** Waits until the page is connected anew, after `act` has ended its connection. */
  async comesBack(act) {
    const attempts = await this.number("stat-attempts");
    await act();
    await this.reaches("stat-attempts", attempts + 1);
    await this.shows("state", /^open$/);
  }

  /** Stops the flow, waits until the page has all there is, and gives the last number. */
  async catchUp() {
    await this.command({ do: "rate", perSecond: 0 });
    const last = (await this.status()).next - 1;
    await this.shows("position", new RegExp(`^event ${last}$`));
    return last;
  }

  async counts() {
    const names = ["lost", "repeated", "disordered", "told", "handled"];
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await this.number(name)])));
  }

  /** Catches up; then every event up to the last was handled once, but those told as gap. */
  async keptItsPlace({ told = 0 } = {}) {
    const last = await this.catchUp();
    assert.deepEqual(await this.counts(), { lost: 0, repeated: 0, disordered: 0, told, handled: last - told });
    assert.equal(await this.page.locator("#counters .wrong").count(), 0);
  }
}

const BREAKS = {
  cut: ["by a cut", /was destroyed/, /the connection broke/],
  half: ["in the middle of an event", /part of an event/, /the connection broke/],
  stall: ["by a server that fell silent", /went silent/, /the server was silent for too long/],
  refuse: ["and then refused for a while", /answers 503/, /the server answered 503; attempt \d+ in (3\.\d|[4-8]\.\d) s/],
  kill: ["by the death of the server", /was killed/, /the connection broke/],
};
// Side by side, since nearly all of it is waiting.
describe("after the connection was broken the page comes back, and its counters stay at zero", { concurrency: 5 }, () => {
  for (const [name, [story, sentence, entry]] of Object.entries(BREAKS)) {
    test(story, async (t) => {
      const demo = await visit(t);
      await demo.comesBack(async () => {
        await demo.press(name);
        await demo.shows("fault-told", sentence);
        await demo.shows("log", entry);
      });
      await demo.flows();
      await demo.keptItsPlace();
    });
  }
});

test("a history that was forgotten is told as a gap, not lost", async (t) => {
  const demo = await visit(t);
  await demo.press("forget");
  await demo.shows("log", /position-expired: the place after event \d+ is gone/);
  await demo.flows();
  const told = await demo.number("told");
  assert.ok(told >= 40, `${told} told`);
  assert.equal(await demo.page.locator("#log .gap").count(), 1);
  await demo.keptItsPlace({ told });
});

test("events that still waited for a slow handler when the history was forgotten are not lost", async (t) => {
  const demo = await visit(t);
  await demo.press("slow");
  await demo.press("burst");
  await demo.press("forget");
  await demo.shows("log", /position-expired/);
  const received = Number((await demo.text("log")).match(/after event (\d+)/)[1]);
  assert.ok((await demo.number("handled")) < received, `all ${received} were handled`);
  await demo.press("slow");
  await demo.reaches("told", 40);
  await demo.keptItsPlace({ told: await demo.number("told") });
});

test("a burst is handled whole", async (t) => {
  const demo = await visit(t);
  const before = await demo.catchUp();
  await demo.press("burst");
  await demo.reaches("handled", before + 200);
  await demo.keptItsPlace();
  assert.equal(await demo.page.locator("#events li").count(), 30);
});

test("what the server sends again is dropped, however often the button is pressed", async (t) => {
  const demo = await visit(t);
  await demo.reaches("handled", 10);
  for (const presses of [1, 2]) {
    await demo.comesBack(() => demo.press("repeat"));
    await demo.reaches("stat-repeats", 10 * presses);
  }
  await demo.keptItsPlace();
});

test("what the server sends again on the open connection is dropped", async (t) => {
  const demo = await visit(t);
  await demo.reaches("handled", 10);
  await demo.command({ do: "repeat", count: 10 });
  await demo.reaches("stat-repeats", 10);
  await demo.flows();
  await demo.keptItsPlace();
});

test("an event of two megabytes is handled like any other", async (t) => {
  const demo = await visit(t);
  await demo.press("big");
  await demo.reaches("stat-bytes", 2_000_000);
  await demo.flows();
  await demo.keptItsPlace();
});

test("a page reloaded in the midst of bursts goes on behind its bookmark", async (t) => {
  const demo = await visit(t);
  for (let round = 0; round < 5; round += 1) {
    const loaded = demo.page.waitForEvent("load");
    await demo.command({ do: "burst", count: 200 });
    await demo.press("reload");
    await loaded;
  }
  await demo.flows();
  const last = await demo.catchUp();
  const { handled, ...rest } = await demo.counts();
  assert.deepEqual(rest, { lost: 0, repeated: 0, disordered: 0, told: 0 });
  assert.ok(handled >= last, `${handled} of ${last}`);
  const asked = await demo.positionsAsked();
  assert.equal(asked.filter((position) => position === "earliest").length, 1, String(asked));
});

test("a paused page takes nothing, and afterwards everything", async (t) => {
  const demo = await visit(t);
  const before = await demo.catchUp();
  await demo.press("pause");
  await demo.shows("state", /^paused$/);
  assert.equal(await demo.isPressed("pause"), "true");
  await demo.command({ do: "burst", count: 50 });
  await aWhile(600);
  assert.equal(await demo.number("handled"), before);
  await demo.press("pause");
  await demo.shows("state", /^open$/);
  assert.equal(await demo.isPressed("pause"), "false");
  await demo.keptItsPlace();
});

test("the bookmark waits for a slow handler, also over a reload", async (t) => {
  const demo = await visit(t);
  const before = await demo.catchUp();
  await demo.press("slow");
  assert.equal(await demo.isPressed("slow"), "true");
  await demo.press("burst");
  await demo.reaches("handled", before + 1);
  const loaded = demo.page.waitForEvent("load");
  await demo.press("reload");
  await loaded;
  await demo.reaches("stat-attempts", 1);
  const resumed = Number((await demo.positionsAsked()).at(-1));
  assert.ok(resumed >= before && resumed < before + 200, `the page went on at ${resumed}`);
  await demo.catchUp();
  const { handled, ...rest } = await demo.counts();
  assert.deepEqual(rest, { lost: 0, repeated: 0, disordered: 0, told: 0 });
  assert.ok(handled >= before + 200, `${handled} handled`);
});

test("an event at which the handler threw is handled again", async (t) => {
  const demo = await visit(t);
  await demo.press("throw");
  await demo.shows("log", /handler: .*was told to throw/);
  await demo.flows();
  await demo.keptItsPlace();
});

test("reconnecting asks for what came after the bookmark", async (t) => {
  const demo = await visit(t);
  const last = await demo.catchUp();
  await demo.comesBack(() => demo.press("reconnect"));
  await demo.shows("fault-told", new RegExp(`for what came after event ${last}\\.$`));
  assert.equal((await demo.positionsAsked()).at(-1), String(last));
  await demo.command({ do: "burst", count: 5 });
  await demo.keptItsPlace();
});

test("a stream that the server has ended is opened again by hand, at its place", async (t) => {
  const demo = await visit(t);
  await demo.command({ do: "refuse", mode: "204" }, { do: "cut" });
  await demo.shows("state", /^closed$/);
  await demo.shows("sentence", /^The stream has ended, as it should/);
  await demo.command({ do: "accept" });
  await demo.press("reconnect");
  await demo.flows();
  await demo.keptItsPlace();
});

test("starting afresh drops the bookmark and the counters and begins at the oldest event", async (t) => {
  const demo = await visit(t);
  await demo.catchUp();
  await demo.press("afresh");
  await demo.shows("fault-told", /are gone/);
  assert.equal((await demo.positionsAsked()).at(-1), "earliest");
  await demo.command({ do: "burst", count: 5 });
  await demo.keptItsPlace();
});

test("every button can be reached and pressed by keyboard, and all of them together break nothing", async (t) => {
  const demo = await visit(t);
  const { page } = demo;
  const focused = () =>
    page.evaluate(() => {
      const { id, dataset } = document.activeElement;
      const { outlineStyle } = getComputedStyle(document.activeElement);
      return { name: dataset.fault ?? id, visible: outlineStyle !== "none" };
    });
  const told = {
    ...{ kill: /was killed/, forget: /were forgotten/, burst: /200 events/, repeat: /too early/, big: /two megabytes/ },
    ...Object.fromEntries(Object.entries(BREAKS).map(([name, [, sentence]]) => [name, sentence])),
    ...{ slow: /now takes 500 ms/, throw: /throws at the next/, reconnect: /^Asking anew/, afresh: /are gone/ },
  };
  const also = {
    // The server is back in two seconds; until then no button could reach it.
    kill: () => demo.flows(),
    reload: () => demo.flows(),
    async pause() {
      assert.equal(await demo.isPressed("pause"), "true");
      await page.keyboard.press("Space");
      assert.equal(await demo.isPressed("pause"), "false");
    },
    async slow() {
      await page.keyboard.press("Space");
      await demo.shows("fault-told", /is quick again/);
    },
    async reconnect() {
      await demo.flows();
      const { lost, repeated, disordered } = await demo.counts();
      assert.deepEqual({ lost, repeated, disordered }, { lost: 0, repeated: 0, disordered: 0 });
    },
  };
  for (const name of BUTTONS) {
    await page.keyboard.press("Tab");
    assert.deepEqual(await focused(), { name, visible: true });
    const loaded = name === "reload" && page.waitForEvent("load");
    await page.keyboard.press("Enter");
    if (told[name]) await demo.shows("fault-told", told[name]);
    await loaded;
    await also[name]?.();
    // A new document has the focus nowhere.
    if (name === "reload") await demo.button("reload").focus();
  }
  for (const name of ["record", "log", "events"]) {
    await page.keyboard.press("Tab");
    assert.deepEqual(await focused(), { name, visible: true });
  }
});

test("the sentence is a live region that speaks at changes only", async (t) => {
  const demo = await visit(t);
  assert.equal(await demo.page.getAttribute("#sentence", "aria-live"), "polite");
  assert.equal(await demo.page.getAttribute("#fault-told", "role"), "status");
  await demo.page.evaluate(() => {
    globalThis.spoken = [];
    new MutationObserver(() => globalThis.spoken.push(document.getElementById("sentence").textContent)).observe(
      document.getElementById("sentence"),
      { childList: true, characterData: true, subtree: true },
    );
  });
  await demo.reaches("handled", (await demo.number("handled")) + 20);
  assert.deepEqual(await demo.page.evaluate(() => globalThis.spoken), []);
  await demo.comesBack(() => demo.press("cut"));
  const spoken = (await demo.page.evaluate(() => globalThis.spoken)).map((text) => text.replace(/\d+/g, "N"));
  assert.deepEqual(spoken, [
    "Waiting: the connection broke. Asking again in about N s, for what came after event N.",
    "Asking the server for what came after event N.",
    "Connected. The bookmark moves on as each event has been handled.",
  ]);
});

test("on a phone of 360 pixels nothing scrolls sideways, and a finger finds every button", async (t) => {
  const demo = await visit(t, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  const width = () => demo.page.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(await width(), 360);
  for (const name of BUTTONS) {
    const { x, width, height } = await demo.button(name).boundingBox();
    assert.ok(x >= 0 && x + width <= 360 && height >= 44, `${name}: ${x} ${width} ${height}`);
  }

  await demo.command({ do: "refuse", mode: "503", ms: 1_500 });
  await demo.button("cut").tap();
  await demo.sees("the countdown", () => !document.getElementById("countdown").hidden);
  assert.equal(await width(), 360);
  await demo.shows("state", /^open$/);

  await demo.button("throw").tap();
  await demo.button("forget").tap();
  await demo.shows("log", /position-expired/);
  await demo.flows();
  assert.equal(await width(), 360);
  await demo.keptItsPlace({ told: await demo.number("told") });
});

test("a demo beside another takes the next free port, and takes its server along at its end", async (t) => {
  const first = await start(t);
  const second = await start(t, Number(new URL(first.url).port));
  assert.ok(Number(new URL(second.url).port) > Number(new URL(first.url).port));
  assert.notEqual(second.dealsUrl, first.dealsUrl);
  assert.equal((await fetch(`${second.dealsUrl}/status`)).status, 200);
  await second.close();
  await assert.rejects(fetch(`${second.dealsUrl}/status`));
  await assert.rejects(fetch(second.url));
  assert.equal((await fetch(`${first.dealsUrl}/status`)).status, 200);
});

test("the demo gives out its page and the package, and no other file", async (t) => {
  const { url, dealsUrl } = await start(t);
  /** By hand: fetch would tidy the path. */
  const status = (base, path) =>
    new Promise((resolve, reject) => {
      get({ port: new URL(base).port, path, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject);
    });
  for (const path of ["/", "/main.js", "/style.css?fresh", "/dist/index.js", "/dist/brookmark.wasm"]) {
    assert.equal(await status(url, path), 200, path);
  }
  const others = ["//", "//a:b", "/serve.mjs", "/../package.json", "/dist/../package.json"];
  for (const path of [...others, "/%2e%2e/package.json", "/..%2fpackage.json", "/package.json"]) {
    assert.equal(await status(url, path), 404, path);
    assert.equal(await status(dealsUrl, path), 404, path);
  }
});
