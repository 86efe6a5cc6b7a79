import assert from "node:assert/strict";
import test from "node:test";
import { event, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { watch } from "../support/watch.mjs";

const MiB = 1024 * 1024;

/** A small event, one of 64 MiB, and a small one. */
const huge = (exchange) => {
  exchange.head().write(event(1)).write("id: 2\ndata: ");
  const piece = Buffer.alloc(MiB, "x");
  for (let sent = 0; sent < 64; sent += 1) exchange.write(piece);
  exchange.write("\n\n").write(event(3));
};

test("an event over 16 MiB ends the stream, the bookmark before it", async (t) => {
  const server = await serve(t, huge);
  const store = webStore();
  const seen = watch(t, server.url, { bookmark: "deals", store });
  const error = await seen.end();
  assert.equal(error.code, "event-too-large");
  assert.equal(error.culprit, "limit");
  assert.equal(error.retryable, false);
  assert.deepEqual(seen.ids, ["1"]);
  assert.equal(seen.stream.position, "1");
  await assert.rejects(seen.stream.closed, { code: "event-too-large" });
  await seen.until("the connection to be dropped", () => server.exchanges[0].abandoned);

  const again = watch(t, server.url, { bookmark: "deals", store });
  await again.end();
  assert.deepEqual(server.positions, [null, "1"]);
});

test("with onOversize: skip, the stream goes on behind the event", async (t) => {
  const server = await serve(t, huge);
  let buffered = 0;
  const seen = watch(t, server.url, { onOversize: "skip" });
  await seen.until("the event behind the huge one", () => {
    buffered = Math.max(buffered, seen.stream.stats().buffered);
    return seen.events.length === 2;
  });
  assert.deepEqual(seen.ids, ["1", "3"]);
  assert.deepEqual(seen.codes, ["event-too-large"]);
  assert.equal(seen.errors[0].retryable, true);
  assert.equal(server.exchanges.length, 1);
  assert.ok(buffered <= 17 * MiB, `${buffered} bytes were kept`);
  await seen.until("the commit", () => seen.stream.position === "3");
});

test("maxEventBytes sets the limit, also for many short lines", async (t) => {
  const lines = "data: 0123456789\n".repeat(100);
  const server = await serve(t, (exchange) =>
    exchange.head().write(event(1)).write(`id: 2\n${lines}\n`).write(event(3)),
  );
  const seen = watch(t, server.url, { maxEventBytes: 500, onOversize: "skip" });
  await seen.received(2);
  assert.deepEqual(seen.ids, ["1", "3"]);
  assert.deepEqual(seen.codes, ["event-too-large"]);
});

test("an endless comment takes no memory and breaks no limit", async (t) => {
  const server = await serve(t, (exchange) => {
    exchange.head().write(event(1)).write(":");
    for (let sent = 0; sent < 20; sent += 1) exchange.write(Buffer.alloc(MiB, "x"));
    exchange.write("\n").write(event(2));
  });
  const seen = watch(t, server.url, { maxEventBytes: MiB });
  await seen.received(2);
  assert.deepEqual(seen.codes, []);
});
