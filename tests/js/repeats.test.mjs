import assert from "node:assert/strict";
import test from "node:test";
import { broken, ended, events, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, watch } from "../support/watch.mjs";

test("events that a source sends again after a reconnect are dropped", async (t) => {
  const server = await serve(t, ended(events(1, 5)), ended(events(5, 7)), open(events(3, 9)));
  const seen = watch(t, server.url);
  await seen.until("the last event", () => seen.ids.at(-1) === "9");
  assert.deepEqual(seen.ids, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  assert.equal(seen.stream.stats().repeats, 6);
});

test("events that a source sends again on the same connection are dropped", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const seen = watch(t, server.url);
  await seen.until("the commit", () => seen.stream.position === "3");
  server.exchanges[0].write(events(2, 4));
  await seen.until("the last event", () => seen.ids.at(-1) === "4");
  assert.deepEqual(seen.ids, ["1", "2", "3", "4"]);
  await seen.until("the commit", () => seen.stream.position === "4");
});

test("a new stream on the same bookmark drops repeats too", async (t) => {
  const server = await serve(t, open(events(1, 5)), open(events(3, 6)));
  const store = webStore();
  const first = watch(t, server.url, { bookmark: "deals", store });
  await first.until("the commit", () => first.stream.position === "5");
  await first.stream.close();
  const second = watch(t, server.url, { bookmark: "deals", store });
  await second.received(1);
  await aWhile(40);
  assert.deepEqual(second.ids, ["6"]);
});

test("events that were waiting when the connection broke come once", async (t) => {
  const server = await serve(t, broken(events(1, 20)), open(events(1, 25)));
  const seen = watch(t, server.url, { onEvent: () => aWhile(8) });
  await seen.until("the last event", () => seen.ids.at(-1) === "25");
  assert.deepEqual(
    seen.ids,
    Array.from({ length: 25 }, (_, n) => String(n + 1)),
  );
});

test("equal payloads under new ids, or under none, are no repeats", async (t) => {
  const wire = "id: 1\ndata: same\n\nid: 2\ndata: same\n\ndata: same\n\ndata: same\n\n";
  const server = await serve(t, open(wire));
  const seen = watch(t, server.url);
  await seen.received(4);
  assert.deepEqual(seen.ids, ["1", "2", "2", "2"]);
  assert.equal(seen.stream.stats().repeats, 0);
});

test("events that only inherit an id are told apart by nothing, so none is dropped", async (t) => {
  const server = await serve(t, ended("id: 1\ndata: a\n\ndata: tick\n\n"), open("data: tick\n\n"));
  const seen = watch(t, server.url);
  await seen.received(3);
  assert.deepEqual(seen.data, ["a", "tick", "tick"]);
});

test("without any id nothing is dropped", async (t) => {
  const server = await serve(t, ended("data: tick\n\ndata: tick\n\n"), open("data: tick\n\n"));
  const seen = watch(t, server.url);
  await seen.received(3);
  assert.deepEqual(seen.data, ["tick", "tick", "tick"]);
});
