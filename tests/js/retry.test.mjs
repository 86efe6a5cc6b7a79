import assert from "node:assert/strict";
import test from "node:test";
import { answer, broken, deadUrl, ended, event, open, serve } from "../support/server.mjs";
import { aWhile, watch } from "../support/watch.mjs";

const LONGEST_TIMER = 2 ** 31 - 1;

/** How long after the request before each request came. */
const pauses = (server) =>
  server.exchanges.slice(1).map((exchange, n) => exchange.at - server.exchanges[n].at);

for (const value of ["0", "1", "00000"]) {
  test(`retry: ${value} does not undercut the shortest delay`, async (t) => {
    const server = await serve(t, ended(`retry: ${value}\n\n`));
    const seen = watch(t, server.url, { retry: { min: 60, max: 200, jitter: 0 } });
    await seen.until("four requests", () => server.exchanges.length >= 4);
    for (const pause of pauses(server)) assert.ok(pause >= 58, `came back after ${pause} ms`);
    for (const { delay } of seen.retries) assert.ok(delay >= 60, `planned ${delay} ms`);
  });
}

for (const value of ["3000000000", "4294967296", "18446744073709551616", "9".repeat(400)]) {
  const name = value.length > 30 ? "a retry of 400 digits" : `retry: ${value}`;
  test(`${name} overflows no timer`, async (t) => {
    const server = await serve(t, ended(`retry: ${value}\n\n`));
    const seen = watch(t, server.url, { retry: { min: 20, max: 5_000, jitter: 0 } });
    await seen.until("a planned attempt", () => seen.retries.length > 0);
    const [{ delay }] = seen.retries;
    assert.ok(delay >= 5_000 && delay <= LONGEST_TIMER, `planned ${delay} ms`);
    await aWhile();
    assert.equal(server.exchanges.length, 1);
  });
}

for (const value of ["1000x", "+5", "-1", "1.5", "1e3", "", " 7 ", "٣", "0x10"]) {
  test(`retry: ${JSON.stringify(value)} is not a number and changes nothing`, async (t) => {
    const server = await serve(t, ended(`retry:  ${value}\n\n`));
    const plain = await serve(t, ended("\n"));
    const options = { retry: { min: 30, max: 60, jitter: 0 } };
    const seen = watch(t, server.url, options);
    const without = watch(t, plain.url, options);
    await seen.until("planned attempts", () => seen.retries.length && without.retries.length);
    assert.equal(seen.retries[0].delay, without.retries[0].delay);
  });
}

test("retry: sets the delay for the attempts to come", async (t) => {
  const server = await serve(t, ended(`retry: 120\n${event(1)}`));
  const seen = watch(t, server.url, { retry: { min: 10, max: 1_000, jitter: 0 } });
  await seen.until("two requests", () => server.exchanges.length >= 2);
  assert.equal(seen.retries[0].delay, 120);
  assert.ok(pauses(server)[0] >= 115);
});

test("failures in a row are spaced further and further, up to the longest delay", async (t) => {
  const server = await serve(t, answer(500));
  const seen = watch(t, server.url, { retry: { min: 10, max: 45, factor: 2, jitter: 0 } });
  await seen.until("five planned attempts", () => seen.retries.length >= 5);
  assert.deepEqual(
    seen.retries.slice(0, 5).map((retry) => retry.delay),
    [10, 20, 40, 45, 45],
  );
  assert.deepEqual(
    seen.retries.slice(0, 5).map((retry) => retry.attempt),
    [2, 3, 4, 5, 6],
  );
});

test("jitter takes its share of the delay and no more", async (t) => {
  const server = await serve(t, answer(500));
  const seen = watch(t, server.url, { retry: { min: 20, max: 60, factor: 1, jitter: 0.5 } });
  await seen.until("ten planned attempts", () => seen.retries.length >= 10);
  const delays = seen.retries.map((retry) => retry.delay);
  for (const delay of delays) assert.ok(delay >= 20 && delay <= 30, `planned ${delay} ms`);
  assert.ok(new Set(delays).size > 1, `all alike: ${delays}`);
});

test("progress starts the count of attempts and the delays anew", async (t) => {
  const server = await serve(t, answer(500), answer(500), ended(event(1)), answer(500));
  const seen = watch(t, server.url, { retry: { min: 10, max: 500, factor: 2, jitter: 0 } });
  await seen.until("five planned attempts", () => seen.retries.length >= 5);
  assert.deepEqual(
    seen.retries.slice(0, 2).map((retry) => retry.delay),
    [10, 20],
  );
  assert.equal(seen.retries[2].delay, 10);
});

test("a proper end is followed by a new attempt whose cause is null", async (t) => {
  const server = await serve(t, ended(event(1)), open(event(2)));
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.equal(seen.retries.length, 1);
  assert.equal(seen.retries[0].cause, null);
  assert.deepEqual(seen.codes, []);
});

test("retry: { attempts: 3 } ends the stream after the third failure in a row", async (t) => {
  const server = await serve(t, answer(503));
  const seen = watch(t, server.url, { retry: { min: 10, max: 20, attempts: 3 } });
  const error = await seen.end();
  assert.equal(error.code, "retries-exhausted");
  assert.equal(error.retryable, false);
  assert.deepEqual(seen.codes, ["server-error", "server-error", "server-error", "retries-exhausted"]);
  await aWhile(60);
  assert.equal(server.exchanges.length, 3);
});

test("what ended the last attempt is the cause of giving up, and nothing older is", async (t) => {
  for (const [last, cause] of [
    [answer(503), "server-error"],
    [ended(""), undefined],
  ]) {
    const server = await serve(t, broken(event(1)), ended(event(2)), last);
    const seen = watch(t, server.url, { retry: { min: 10, max: 20, attempts: 2 } });
    const error = await seen.end();
    assert.equal(error.code, "retries-exhausted");
    assert.equal(seen.codes[0], "network");
    assert.equal(error.cause?.code, cause);
  }
});

test("retry: { attempts: 2 } counts unreachable servers too", async (t) => {
  const seen = watch(t, await deadUrl(), { retry: { min: 10, max: 20, attempts: 2 } });
  const error = await seen.end();
  assert.equal(error.code, "retries-exhausted");
  assert.deepEqual(seen.codes, ["network", "network", "retries-exhausted"]);
  assert.equal(seen.stream.stats().attempts, 2);
});

test("retry: false ends the stream properly with its first connection", async (t) => {
  const server = await serve(t, ended(event(1)));
  const seen = watch(t, server.url, { retry: false });
  assert.equal(await seen.end(), null);
  assert.deepEqual(seen.ids, ["1"]);
  await seen.stream.closed;
  await aWhile(60);
  assert.equal(server.exchanges.length, 1);
});

test("retry: false ends the stream with the error of its first connection", async (t) => {
  const server = await serve(t, answer(500));
  const seen = watch(t, server.url, { retry: false });
  const error = await seen.end();
  assert.equal(error.code, "server-error");
  assert.equal(error.retryable, false);
  assert.deepEqual(seen.retries, []);
});
