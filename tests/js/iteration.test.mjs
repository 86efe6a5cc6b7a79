import assert from "node:assert/strict";
import test from "node:test";
import { sse } from "brookmark";
import { answer, ended, event, events, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, quick, until } from "../support/watch.mjs";

/** A question that is never answered would wait for ever. */
const LIMIT = { timeout: 10_000 };

/** A stream to be iterated; it ends with the test. */
function iterable(t, url, options) {
  const stream = sse(url, { retry: quick, ...options });
  t.after(() => stream.close());
  return stream;
}

test("an event is committed when the loop asks for the next", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const stream = iterable(t, server.url);
  const iterator = stream[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).value.id, "1");
  await aWhile(40);
  assert.equal(stream.position, null);
  assert.equal((await iterator.next()).value.id, "2");
  await until("the commit of the first", () => stream.position === "1");
  await aWhile(40);
  assert.equal(stream.position, "1");
});

test("break closes the stream and does not commit the event it left at", async (t) => {
  const server = await serve(t, open(events(1, 5)), open(events(3, 5)));
  const store = webStore();
  const options = { bookmark: "deals", store };
  const stream = iterable(t, server.url, options);
  const seen = [];
  for await (const event of stream) {
    seen.push(event.id);
    if (event.id === "3") break;
  }
  assert.equal(stream.state, "closed");
  await stream.closed;
  assert.equal(stream.position, "2");
  await until("the connection to be dropped", () => server.exchanges[0].abandoned);

  for await (const event of iterable(t, server.url, options)) {
    seen.push(event.id);
    if (event.id === "5") break;
  }
  assert.deepEqual(seen, ["1", "2", "3", "3", "4", "5"]);
  assert.deepEqual(server.positions, [null, "2"]);
});

test("an exception in the loop leaves its event uncommitted", async (t) => {
  const server = await serve(t, open(events(1, 5)));
  const stream = iterable(t, server.url);
  await assert.rejects(async () => {
    for await (const event of stream) if (event.id === "2") throw new Error("mine");
  }, /mine/);
  assert.equal(stream.state, "closed");
  assert.equal(stream.position, "1");
});

test("the loop ends when the stream ends properly, everything committed", async (t) => {
  const server = await serve(t, ended(events(1, 3)), answer(204));
  const stream = iterable(t, server.url);
  const seen = [];
  for await (const event of stream) seen.push(event.id);
  assert.deepEqual(seen, ["1", "2", "3"]);
  assert.equal(stream.position, "3");
  await stream.closed;
});

test("the loop throws the error that ended the stream, after the events before it", async (t) => {
  const server = await serve(t, ended(events(1, 2)), answer(403));
  const stream = iterable(t, server.url);
  const seen = [];
  await assert.rejects(
    async () => {
      for await (const event of stream) seen.push(event.id);
    },
    { name: "BrookmarkError", code: "forbidden", status: 403 },
  );
  assert.deepEqual(seen, ["1", "2"]);
});

test("iteration goes on over cut connections", async (t) => {
  const server = await serve(t, ended(event(1)), ended(event(2)), answer(500), open(event(3)));
  const seen = [];
  for await (const event of iterable(t, server.url)) {
    seen.push(event.id);
    if (event.id === "3") break;
  }
  assert.deepEqual(seen, ["1", "2", "3"]);
});

test("several calls of next() at once are answered in order", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const iterator = iterable(t, server.url)[Symbol.asyncIterator]();
  const results = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
  assert.deepEqual(
    results.map((result) => result.value.id),
    ["1", "2", "3"],
  );
});

test("close() settles a pending next()", async (t) => {
  const server = await serve(t, open(""));
  const stream = iterable(t, server.url);
  const iterator = stream[Symbol.asyncIterator]();
  const pending = iterator.next();
  await until("the connection", () => stream.state === "open");
  await stream.close();
  assert.deepEqual(await pending, { done: true, value: undefined });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
});

test("nothing is asked for before somebody reads", async (t) => {
  const server = await serve(t, open(event(1)));
  const stream = iterable(t, server.url);
  await aWhile();
  assert.equal(stream.state, "idle");
  assert.equal(server.exchanges.length, 0);
  await stream[Symbol.asyncIterator]().next();
  assert.equal(server.exchanges.length, 1);
});

test("a stream is read in one way only", async (t) => {
  const server = await serve(t, open(event(1)));
  const handled = iterable(t, server.url, { onEvent() {} });
  assert.throws(() => handled[Symbol.asyncIterator](), { culprit: "misuse" });
  const stream = iterable(t, server.url);
  stream[Symbol.asyncIterator]();
  assert.throws(() => stream.readable, { culprit: "misuse" });
});

test("readable gives the events; reading the next commits the one before", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const stream = iterable(t, server.url);
  assert.ok(stream.readable instanceof ReadableStream);
  assert.equal(stream.readable, stream.readable);
  const reader = stream.readable.getReader();
  assert.equal((await reader.read()).value.id, "1");
  await aWhile(40);
  assert.equal(stream.position, null);
  assert.equal((await reader.read()).value.id, "2");
  await until("the commit of the first", () => stream.position === "1");
  await aWhile(40);
  assert.equal(stream.position, "1");
});

test("cancelling readable closes the stream", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const stream = iterable(t, server.url);
  const reader = stream.readable.getReader();
  await reader.read();
  await reader.cancel();
  assert.equal(stream.state, "closed");
  assert.equal(stream.position, null);
  await until("the connection to be dropped", () => server.exchanges[0].abandoned);
});

test("readable ends as the stream ends", async (t) => {
  const good = await serve(t, ended(event(1)), answer(204));
  const reader = iterable(t, good.url).readable.getReader();
  assert.equal((await reader.read()).value.id, "1");
  assert.equal((await reader.read()).done, true);

  const bad = await serve(t, answer(404));
  await assert.rejects(iterable(t, bad.url).readable.getReader().read(), { code: "bad-status" });
});

test("leaving the scope of an async disposable closes the stream", async (t) => {
  Symbol.asyncDispose ??= Symbol.for("Symbol.asyncDispose");
  const server = await serve(t, open(event(1)));
  const stream = iterable(t, server.url, { onEvent() {} });
  await until("the event", () => stream.position === "1");
  await stream[Symbol.asyncDispose]();
  assert.equal(stream.state, "closed");
});

for (const highWaterMark of [1, 2]) {
  test(`with highWaterMark ${highWaterMark}, even more calls of next() are answered in order`, LIMIT, async (t) => {
    const server = await serve(t, open(events(1, 9)));
    const iterator = iterable(t, server.url, { highWaterMark })[Symbol.asyncIterator]();
    const results = await Promise.all(Array.from({ length: 5 }, () => iterator.next()));
    assert.deepEqual(
      results.map((result) => result.value.id),
      ["1", "2", "3", "4", "5"],
    );
  });
}

test("calls of next() before and after resume() are answered in order", LIMIT, async (t) => {
  const server = await serve(t, open(events(1, 9)));
  const stream = iterable(t, server.url, { highWaterMark: 2 });
  const iterator = stream[Symbol.asyncIterator]();
  await until("the first events", () => stream.stats().events > 0);
  stream.pause();
  const asked = [1, 2, 3].map(() => iterator.next());
  stream.resume();
  asked.push(...[4, 5, 6].map(() => iterator.next()));
  assert.deepEqual(
    (await Promise.all(asked)).map((result) => result.value.id),
    ["1", "2", "3", "4", "5", "6"],
  );
  await until("the commits", () => stream.position === "5");
});

const ends = {
  "a 204": [[ended(events(1, 3)), answer(204)], {}],
  "retry: false": [[ended(events(1, 3))], { retry: false }],
  "its done payload": [[open(`${events(1, 3)}data: [DONE]\n\n`)], { done: "[DONE]" }],
};

for (const [end, [steps, options]] of Object.entries(ends)) {
  test(`calls of next() beyond the last event are answered at the end by ${end}`, LIMIT, async (t) => {
    const server = await serve(t, ...steps);
    const stream = iterable(t, server.url, options);
    const iterator = stream[Symbol.asyncIterator]();
    const results = await Promise.all([1, 2, 3, 4].map(() => iterator.next()));
    assert.deepEqual(
      results.map(({ done, value }) => (done ? "done" : value.id)),
      ["1", "2", "3", "done"],
    );
    assert.equal(stream.position, "3");
  });
}

test("a reader of readable that asks for nothing more hears of close()", LIMIT, async (t) => {
  const server = await serve(t, open(event(1)));
  const stream = iterable(t, server.url);
  const reader = stream.readable.getReader();
  assert.equal((await reader.read()).value.id, "1");
  await stream.close();
  await reader.closed;
  assert.equal((await reader.read()).done, true);
});
