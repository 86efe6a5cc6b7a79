import assert from "node:assert/strict";
import test from "node:test";
import { sse } from "brookmark";
import { answer, ended, events, open, serve } from "../support/server.mjs";
import { positionIn, webStore } from "../support/stores.mjs";
import { aWhile, quick, watch } from "../support/watch.mjs";

test("commit: manual moves the bookmark when event.commit() says so", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const seen = watch(t, server.url, { commit: "manual" });
  await seen.received(3);
  await aWhile(40);
  assert.equal(seen.stream.position, null);
  seen.events[0].commit();
  await seen.until("the first commit", () => seen.stream.position === "1");
  seen.events[0].commit();
  seen.events[1].commit();
  await seen.until("the second commit", () => seen.stream.position === "2");
});

test("commit: manual out of order moves the bookmark over what is finished without a hole", async (t) => {
  const server = await serve(t, open(events(1, 4)));
  const seen = watch(t, server.url, { commit: "manual" });
  await seen.received(4);
  seen.events[1].commit();
  seen.events[3].commit();
  await aWhile(40);
  assert.equal(seen.stream.position, null);
  seen.events[0].commit();
  await seen.until("the first two", () => seen.stream.position === "2");
  await aWhile(40);
  assert.equal(seen.stream.position, "2");
  seen.events[2].commit();
  await seen.until("all", () => seen.stream.position === "4");
});

test("commit: manual works in a loop", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const stream = sse(server.url, { commit: "manual", retry: quick });
  t.after(() => stream.close());
  for await (const event of stream) {
    if (event.id === "3") break;
    if (event.id === "1") event.commit();
  }
  await stream.close();
  assert.equal(stream.position, "1");
});

test("commit: manual: an event that is never committed does not hold up the end", { timeout: 10_000 }, async (t) => {
  const server = await serve(t, ended(events(1, 2)), answer(204));
  const stream = sse(server.url, { commit: "manual", retry: quick });
  t.after(() => stream.close());
  const seen = [];
  for await (const event of stream) seen.push(event.id);
  assert.deepEqual(seen, ["1", "2"]);
  await stream.closed;
  assert.equal(stream.position, null);
});

test("what was handed over and not committed comes again, and is not dropped as a repeat", async (t) => {
  const server = await serve(t, open(events(1, 3)), open(events(2, 3)));
  const store = webStore();
  const first = watch(t, server.url, { bookmark: "deals", store, commit: "manual" });
  await first.received(3);
  first.events[0].commit();
  await first.until("the commit", () => first.commits.length === 1);
  await first.stream.close();
  const second = watch(t, server.url, { bookmark: "deals", store });
  await second.received(2);
  assert.deepEqual(server.positions, [null, "1"]);
  assert.deepEqual(second.ids, ["2", "3"]);
});

test("event.commit() where commits are automatic is a misuse", async (t) => {
  const server = await serve(t, open(events(1, 1)));
  const seen = watch(t, server.url);
  await seen.received(1);
  assert.throws(() => seen.events[0].commit(), { name: "BrookmarkError", culprit: "misuse" });
});

test("concurrency runs so many handlers and commits the finished prefix only", async (t) => {
  const server = await serve(t, open(events(1, 6)));
  const finish = new Map();
  let most = 0;
  const seen = watch(t, server.url, {
    concurrency: 3,
    onEvent(event, stream) {
      most = Math.max(most, stream.stats().pending);
      return new Promise((resolve) => finish.set(event.id, resolve));
    },
  });
  await seen.received(3);
  await aWhile(40);
  assert.deepEqual(seen.ids, ["1", "2", "3"]);

  finish.get("2")();
  finish.get("3")();
  await aWhile(40);
  assert.equal(seen.stream.position, null);
  finish.get("1")();
  await seen.until("the prefix", () => seen.stream.position === "3");

  await seen.received(6);
  finish.get("6")();
  finish.get("4")();
  await seen.until("the fourth", () => seen.stream.position === "4");
  await aWhile(40);
  assert.equal(seen.stream.position, "4");
  finish.get("5")();
  await seen.until("all", () => seen.stream.position === "6");
});

test("with concurrency, a failed handler under stop holds the bookmark before its event", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const seen = watch(t, server.url, {
    concurrency: 3,
    async onEvent(event) {
      await aWhile(event.id === "2" ? 30 : 1);
      if (event.id === "2") throw new Error("boom");
    },
  });
  assert.equal((await seen.end()).code, "handler");
  assert.equal(seen.stream.position, "1");
});

test("onCommit hears a position when the store has it, and no other", async (t) => {
  const server = await serve(t, open(events(1, 200)));
  const store = webStore();
  const durable = [];
  const { setItem } = store;
  store.setItem = (key, value) => {
    setItem(key, value);
    durable.push(value);
  };
  const seen = watch(t, server.url, {
    bookmark: "deals",
    store,
    onEvent: (event) => (Number(event.id) % 50 === 0 ? aWhile(5) : undefined),
  });
  await seen.until("the last commit", () => seen.commits.at(-1) === "200");
  assert.equal(durable.length, seen.commits.length);
  seen.commits.forEach((position, n) =>
    assert.equal(positionIn(durable[n]), position),
  );
});

/** A handler that fails at its second event, when it has committed it. */
const commitThenThrow = (event) => {
  event.commit();
  if (event.id === "2") throw new Error("after the commit");
};

for (const [how, onEvent] of Object.entries({
  throws: commitThenThrow,
  rejects: async (event) => commitThenThrow(event),
})) {
  test(`commit: manual: a handler that commits and then ${how} ends the stream under stop`, async (t) => {
    const server = await serve(t, open(events(1, 5)));
    const seen = watch(t, server.url, { commit: "manual", onEvent });
    assert.equal((await seen.end()).code, "handler");
    assert.deepEqual(seen.ids, ["1", "2"]);
    assert.equal(seen.stream.position, "2");
  });

  for (const policy of ["retry", "skip"]) {
    test(`commit: manual: a handler that commits and then ${how} loses nothing under ${policy}`, async (t) => {
      const server = await serve(t, open(events(1, 5)));
      const seen = watch(t, server.url, { commit: "manual", onHandlerError: policy, onEvent });
      await seen.until("the first commits", () => seen.stream.position === "5");
      server.exchanges[0].write(events(6, 8));
      await seen.until("the other commits", () => seen.stream.position === "8");
      assert.deepEqual(seen.ids, ["1", "2", "3", "4", "5", "6", "7", "8"]);
      assert.deepEqual(seen.codes, ["handler"]);
      assert.equal(seen.errors[0].retryable, true);
      assert.equal(server.exchanges.length, 1);
    });
  }
}
