import assert from "node:assert/strict";
import test from "node:test";
import { fetchOf } from "../support/chunks.mjs";
import { serve } from "../support/server.mjs";
import { aWhile, watch } from "../support/watch.mjs";

const KiB = 1024;
const MiB = 1024 * KiB;
const COUNT = 64 * KiB;

/** Writes 64 MiB of events of 1 KiB each, as fast as the client takes them. */
function flood(progress) {
  return async (exchange) => {
    const { response } = exchange.head();
    const data = "x".repeat(KiB - 20);
    for (let id = 1; id <= COUNT && !exchange.abandoned; id += 1) {
      progress.sent = id;
      if (!response.write(`id: ${String(id).padStart(6, "0")}\ndata: ${data}\n\n`)) {
        await new Promise((resolve) => {
          response.once("drain", resolve);
          response.once("close", resolve);
        });
      }
    }
  };
}

test("a slow handler stops the reading, and memory stays bounded", async (t) => {
  const progress = { sent: 0 };
  const server = await serve(t, flood(progress));
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const seen = watch(t, server.url, { highWaterMark: 8, onEvent: () => released });
  await seen.received(1);

  let before = -1;
  await seen.until("the server to be blocked", () => {
    const blocked = before === progress.sent;
    before = progress.sent;
    return blocked;
  });
  await aWhile(300);
  const blockedAt = progress.sent;
  await aWhile(300);
  assert.equal(progress.sent, blockedAt, "the server could still write");
  assert.ok(blockedAt * KiB < 32 * MiB, `${blockedAt} KiB were taken in`);
  const stats = seen.stream.stats();
  assert.equal(seen.events.length, 1);
  assert.ok(stats.pending <= 9, `${stats.pending} events pending`);
  assert.ok(stats.buffered <= MiB, `${stats.buffered} bytes buffered`);

  release();
  await seen.until("all events", () => seen.events.length === COUNT, 30_000);
  seen.ids.forEach((id, n) => assert.equal(Number(id), n + 1));
});

test("a paused stream is not read either", async (t) => {
  const progress = { sent: 0 };
  const server = await serve(t, flood(progress));
  const seen = watch(t, server.url, {
    highWaterMark: 8,
    onEvent: (event, stream) => event.id === "000100" && stream.pause(),
  });
  await seen.until("the hundredth event", () => seen.events.length === 100);
  await aWhile(500);
  const blockedAt = progress.sent;
  await aWhile(200);
  assert.equal(progress.sent, blockedAt);
  assert.ok(blockedAt * KiB < 32 * MiB, `${blockedAt} KiB were taken in`);
  assert.equal(seen.events.length, 100);
});

test("a high highWaterMark lets as many events wait", async (t) => {
  const COUNT = 300_000;
  const chunks = [Buffer.from("data: first\n\ndata: x\n\n"), Buffer.from("data: x\n\n".repeat(COUNT))];
  const seen = watch(t, "http://source.invalid/", {
    retry: false,
    fetch: fetchOf(chunks),
    highWaterMark: 2 * COUNT,
    onEvent: (event) => (event.data === "first" ? aWhile(300) : undefined),
  });
  assert.equal(await seen.end(), null);
  assert.equal(seen.events.length, COUNT + 2);
});

test("a slow handler is no silence of the source", async (t) => {
  const server = await serve(t, (exchange) => {
    exchange.head().write("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    const beat = setInterval(() => exchange.write(":\n"), 20);
    t.after(() => clearInterval(beat));
  });
  const seen = watch(t, server.url, {
    idleTimeout: 300,
    highWaterMark: 1,
    onEvent: () => aWhile(800),
  });
  await seen.until("the commit", () => seen.stream.position === "2");
  assert.deepEqual(seen.codes, []);
  assert.equal(server.exchanges.length, 1);
});
