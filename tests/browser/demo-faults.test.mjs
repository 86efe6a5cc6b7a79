// The demo under every fault that its buttons make.

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { BREAKS, useChromium, visit } from "../support/demo.mjs";
import { aWhile } from "../support/waiting.mjs";

useChromium();

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
