import assert from "node:assert/strict";
import test from "node:test";
import { answer, event, events, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, watch } from "../support/watch.mjs";

test("pause() hands out no more events, keeps the connection, and resume() goes on", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url);
  await seen.received(1);
  seen.stream.pause();
  server.exchanges[0].write(events(2, 4));
  await aWhile();
  assert.deepEqual(seen.ids, ["1"]);
  seen.stream.resume();
  await seen.received(4);
  assert.deepEqual(seen.ids, ["1", "2", "3", "4"]);
  assert.equal(server.exchanges.length, 1);
});

test("pause() in a handler holds the very next event of the same batch", async (t) => {
  const server = await serve(t, open(events(1, 5)));
  const seen = watch(t, server.url, {
    onEvent: (event, stream) => event.id === "2" && stream.pause(),
  });
  await seen.received(2);
  await aWhile();
  assert.deepEqual(seen.ids, ["1", "2"]);
  assert.equal(seen.stream.position, "2");
  seen.stream.resume();
  await seen.received(5);
  assert.deepEqual(seen.ids, ["1", "2", "3", "4", "5"]);
});

test("pause() also holds an event that is to be handed out again", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url, {
    retry: { min: 30, max: 30, jitter: 0 },
    onHandlerError: "retry",
    onEvent(_, stream) {
      if (seen.events.length > 1) return;
      stream.pause();
      throw new Error("not now");
    },
  });
  await seen.received(1);
  await aWhile();
  assert.equal(seen.events.length, 1);
  seen.stream.resume();
  await seen.until("the commit", () => seen.stream.position === "1");
  assert.deepEqual(seen.ids, ["1", "1"]);
});

test("reconnect() drops the connection and asks again at once, at the same position", async (t) => {
  const server = await serve(t, open(event(1)), open(event(2)));
  const seen = watch(t, server.url, { retry: { min: 60_000, max: 60_000 } });
  await seen.until("the commit", () => seen.stream.position === "1");
  seen.stream.reconnect();
  await seen.received(2);
  assert.deepEqual(server.positions, [null, "1"]);
  await seen.until("the first connection to be dropped", () => server.exchanges[0].abandoned);
  assert.deepEqual(seen.codes, []);
});

test("reconnect() cuts a wait short", async (t) => {
  const server = await serve(t, answer(500), open(event(1)));
  const seen = watch(t, server.url, { retry: { min: 60_000, max: 60_000 } });
  await seen.until("the wait", () => seen.stream.state === "waiting");
  seen.stream.reconnect();
  await seen.received(1);
});

test("reconnect() with events waiting neither loses nor repeats one", async (t) => {
  const server = await serve(t, open(events(1, 50)), open(events(4, 60)));
  const seen = watch(t, server.url, {
    async onEvent(event, stream) {
      await aWhile(1);
      if (event.id === "3" && server.exchanges.length === 1) stream.reconnect();
    },
  });
  await seen.until("the last event", () => seen.ids.at(-1) === "60");
  assert.deepEqual(
    seen.ids,
    Array.from({ length: 60 }, (_, n) => String(n + 1)),
  );
});

test("seek(position) moves the bookmark, drops what waits and goes on from there", async (t) => {
  const server = await serve(t, open(events(10, 30)), open(events(5, 6)));
  const store = webStore();
  const seen = watch(t, server.url, {
    bookmark: "deals",
    store,
    onEvent: (event, stream) => event.id === "12" && stream.seek("4"),
  });
  await seen.until("the event sought", () => seen.ids.at(-1) === "6");
  assert.deepEqual(seen.ids, ["10", "11", "12", "5", "6"]);
  assert.deepEqual(server.positions, [null, "4"]);
  await seen.until("the commit", () => seen.stream.position === "6");
});

test("seek() backwards delivers again what had been committed", async (t) => {
  const server = await serve(t, open(events(1, 3)), open(events(2, 3)));
  const seen = watch(t, server.url);
  await seen.until("the commit", () => seen.stream.position === "3");
  seen.stream.seek("1");
  await seen.received(5);
  assert.deepEqual(seen.ids, ["1", "2", "3", "2", "3"]);
});

test("seek() is durable at once", async (t) => {
  const server = await serve(t, open(events(1, 3)), open(""), open(""));
  const store = webStore();
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.until("the commit", () => seen.stream.position === "3");
  seen.stream.seek("1");
  await seen.stream.close();
  const next = watch(t, server.url, { bookmark: "deals", store });
  await next.until("its request", () => next.stream.state === "open");
  assert.equal(server.positions.at(-1), "1");
});

for (const [where, asked] of [
  ["earliest", "earliest"],
  ["latest", null],
]) {
  test(`seek("${where}") asks for just that`, async (t) => {
    const server = await serve(t, open(event(1)), open(event(2)));
    const seen = watch(t, server.url);
    await seen.until("the commit", () => seen.stream.position === "1");
    seen.stream.seek(where);
    await seen.received(2);
    assert.deepEqual(server.positions, [null, asked]);
  });
}

test("stats() counts", async (t) => {
  const server = await serve(t, (exchange) => exchange.head().write(events(1, 3)).end(), open(events(2, 4)));
  const seen = watch(t, server.url, { bookmark: "deals", store: webStore() });
  await seen.until("the commit", () => seen.commits.at(-1) === "4");
  const stats = seen.stream.stats();
  assert.equal(stats.events, 4);
  assert.equal(stats.attempts, 2);
  assert.equal(stats.retries, 1);
  assert.equal(stats.repeats, 2);
  assert.equal(stats.gaps, 0);
  assert.equal(stats.errors, 0);
  assert.equal(stats.pending, 0);
  assert.equal(stats.buffered, 0);
  assert.equal(stats.bytes, Buffer.byteLength(events(1, 3) + events(2, 4)));
  assert.equal(stats.commits, seen.commits.length);
});

test("pause() also holds events that are due again while another handler runs", async (t) => {
  const server = await serve(t, open(events(1, 2)));
  const seen = watch(t, server.url, {
    concurrency: 2,
    retry: { min: 30, max: 30, jitter: 0 },
    onHandlerError: "retry",
    onEvent(_, stream) {
      if (seen.events.length <= 2) return Promise.reject(new Error("not now"));
      if (seen.events.length === 3) stream.pause();
      return undefined;
    },
  });
  await seen.received(3);
  await aWhile();
  assert.equal(seen.events.length, 3);
  seen.stream.resume();
  await seen.until("the commit", () => seen.stream.position === "2");
  assert.deepEqual(seen.ids.toSorted(), ["1", "1", "2", "2"]);
});

/** Handlers that seek, each with its own way to end. */
const seekers = {
  "a handler that returns a promise": (seek) => {
    seek();
    return Promise.resolve();
  },
  "a handler that has waited first": async (seek) => {
    await aWhile(5);
    seek();
  },
  "a handler that then throws": (seek) => {
    seek();
    throw new Error("boom");
  },
  "a handler that then rejects": async (seek) => {
    seek();
    throw new Error("boom");
  },
};

for (const [who, handle] of Object.entries(seekers)) {
  test(`seek() in ${who} goes on from there`, async (t) => {
    const server = await serve(t, open(events(1, 3)), open(events(10, 13)));
    const seen = watch(t, server.url, {
      onHandlerError: "skip",
      onEvent: (event, stream) => (event.id === "1" ? handle(() => stream.seek("9")) : undefined),
    });
    await seen.until("the commit", () => seen.stream.position === "13");
    assert.deepEqual(seen.ids, ["1", "10", "11", "12", "13"]);
    assert.deepEqual(server.positions, [null, "9"]);
    assert.equal(seen.stream.stats().pending, 0);
    /* What the handler threw is told, though its event no longer matters. */
    assert.deepEqual(seen.codes, /throws|rejects/.test(who) ? ["handler"] : []);
  });
}
