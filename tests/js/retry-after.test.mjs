import assert from "node:assert/strict";
import test from "node:test";
import { answer, event, open, serve } from "../support/server.mjs";
import { watch } from "../support/watch.mjs";

const pause = (server) => server.exchanges[1].at - server.exchanges[0].at;

test("429 with Retry-After in seconds is waited for, though longer than our own delay", async (t) => {
  const server = await serve(t, answer(429, { "retry-after": "1" }, "slow down"), open(event(1)));
  const seen = watch(t, server.url);
  await seen.received(1);
  assert.ok(pause(server) >= 1_000, `came back after ${pause(server)} ms`);
  assert.deepEqual(seen.codes, ["too-many-requests"]);
  const [error] = seen.errors;
  assert.equal(error.culprit, "peer");
  assert.equal(error.retryable, true);
  assert.equal(error.status, 429);
  assert.equal(error.body, "slow down");
  assert.equal(error.headers["retry-after"], "1");
  assert.deepEqual(seen.retries[0].cause, error);
});

test("429 with Retry-After as a date is waited for", async (t) => {
  const date = new Date(Date.now() + 2_500);
  date.setMilliseconds(0);
  const server = await serve(
    t,
    answer(429, { "retry-after": date.toUTCString() }),
    open(event(1)),
  );
  const seen = watch(t, server.url);
  await seen.received(1);
  assert.ok(Date.now() >= date.getTime(), "came back before the date");
});

test("503 with Retry-After is waited for", async (t) => {
  const server = await serve(t, answer(503, { "retry-after": "1" }), open(event(1)));
  const seen = watch(t, server.url);
  await seen.received(1);
  assert.ok(pause(server) >= 1_000, `came back after ${pause(server)} ms`);
});

for (const value of ["-5", "soon", "1.5", "99999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT"]) {
  test(`Retry-After: ${value} neither hammers nor overflows`, async (t) => {
    const server = await serve(t, answer(429, { "retry-after": value }));
    const seen = watch(t, server.url, { retry: { min: 40, max: 80, jitter: 0 } });
    await seen.until("a planned attempt", () => seen.retries.length > 0);
    const [{ delay }] = seen.retries;
    assert.ok(delay >= 40 && delay <= 2 ** 31 - 1, `planned ${delay} ms`);
  });
}
