// The demo by keyboard, on a phone, read aloud, and beside another.

import assert from "node:assert/strict";
import { get } from "node:http";
import test from "node:test";
import { BREAKS, BUTTONS, start, useChromium, visit } from "../support/demo.mjs";

useChromium();

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
