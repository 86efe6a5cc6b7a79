import assert from "node:assert/strict";
import test from "node:test";
import { answer, ended, event, open, serve } from "../support/server.mjs";
import { aWhile, watch } from "../support/watch.mjs";

test("204 is a proper end", async (t) => {
  const server = await serve(t, ended(event(1)), answer(204));
  const seen = watch(t, server.url);
  assert.equal(await seen.end(), null);
  await seen.stream.closed;
  assert.equal(seen.stream.state, "closed");
  assert.deepEqual(seen.codes, []);
  await aWhile();
  assert.equal(server.exchanges.length, 2);
});

/** Refusals that no repetition mends: one request, one typed error, the end. */
const refusals = [
  { status: 300, code: "bad-status", culprit: "peer" },
  { status: 304, code: "bad-status", culprit: "peer" },
  { status: 400, code: "bad-status", culprit: "peer" },
  { status: 401, code: "unauthorized", culprit: "auth" },
  { status: 403, code: "forbidden", culprit: "auth" },
  { status: 404, code: "bad-status", culprit: "peer" },
  { status: 405, code: "bad-status", culprit: "peer" },
  { status: 205, code: "bad-status", culprit: "peer" },
  { status: 206, code: "bad-status", culprit: "peer" },
];

for (const { status, code, culprit } of refusals) {
  test(`${status} ends the stream with ${code}`, async (t) => {
    const server = await serve(t, answer(status, { "x-reason": "because" }));
    const seen = watch(t, server.url);
    const error = await seen.end();
    assert.equal(error.code, code);
    assert.equal(error.culprit, culprit);
    assert.equal(error.status, status);
    assert.equal(error.headers["x-reason"], "because");
    assert.equal(error.retryable, false);
    assert.ok(error.message.includes(String(status)), error.message);
    assert.deepEqual(seen.codes, [code]);
    await assert.rejects(seen.stream.closed, { code });
    await aWhile();
    assert.equal(server.exchanges.length, 1);
  });
}

test("the body of a refusal is in the error, its first bytes only", async (t) => {
  const server = await serve(
    t,
    answer(403, { "content-type": "text/plain" }, `no entry ${"x".repeat(1_000_000)}`),
  );
  const error = await watch(t, server.url).end();
  assert.ok(error.body.startsWith("no entry xxx"));
  assert.ok(error.body.length < 100_000, `${error.body.length} characters kept`);
});

test("a refusal whose body never ends is reported all the same and dropped", async (t) => {
  const server = await serve(t, (exchange) =>
    exchange.head(404, { "content-type": "text/plain" }).write("not "),
  );
  const seen = watch(t, server.url);
  const error = await seen.end();
  assert.equal(error.status, 404);
  await seen.until("the connection to be dropped", () => server.exchanges[0].abandoned);
});

for (const status of [500, 502, 503, 504]) {
  test(`${status} is tried again`, async (t) => {
    const server = await serve(t, answer(status, {}, "oops"), open(event(1)));
    const seen = watch(t, server.url);
    await seen.received(1);
    assert.deepEqual(seen.codes, ["server-error"]);
    assert.equal(seen.errors[0].status, status);
    assert.equal(seen.errors[0].body, "oops");
    assert.equal(seen.errors[0].retryable, true);
    assert.deepEqual(seen.retries[0].cause, seen.errors[0]);
    assert.equal(seen.stream.stats().retries, 1);
  });
}

test("410 where no position was asked for is a refusal, not a gap", async (t) => {
  const server = await serve(t, answer(410));
  const seen = watch(t, server.url);
  const error = await seen.end();
  assert.equal(error.code, "position-expired");
  assert.equal(error.status, 410);
  assert.deepEqual(seen.gaps, []);
});

test("200 with HTML is refused, its text in the error", async (t) => {
  const server = await serve(
    t,
    answer(200, { "content-type": "text/html; charset=utf-8" }, "<h1>Please log in</h1>"),
  );
  const error = await watch(t, server.url).end();
  assert.equal(error.code, "bad-content-type");
  assert.equal(error.culprit, "peer");
  assert.equal(error.status, 200);
  assert.equal(error.body, "<h1>Please log in</h1>");
  assert.ok(error.message.includes("text/html"), error.message);
});

for (const type of ["text/x-bogus", "text/event-streamfoo", "application/json", ""]) {
  test(`200 with the content type ${JSON.stringify(type)} is refused`, async (t) => {
    const server = await serve(t, answer(200, { "content-type": type }, event(1)));
    const seen = watch(t, server.url);
    assert.equal((await seen.end()).code, "bad-content-type");
    assert.deepEqual(seen.ids, []);
  });
}

for (const type of [
  "TEXT/Event-Stream",
  "text/event-stream;",
  "text/event-stream;charset=windows-1252",
  "text/event-stream ; x=y",
]) {
  test(`200 with the content type ${JSON.stringify(type)} is taken, as UTF-8`, async (t) => {
    const server = await serve(t, (exchange) =>
      exchange.head(200, { "content-type": type }).write(event(1, "€")),
    );
    const seen = watch(t, server.url);
    await seen.received(1);
    assert.deepEqual(seen.data, ["€"]);
  });
}
