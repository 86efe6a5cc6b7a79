import assert from "node:assert/strict";
import test from "node:test";
import { sse } from "brookmark";
import { answer, ended, event, events, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { quick, until, watch } from "../support/watch.mjs";

test("the states follow one another as the stream lives", async (t) => {
  const server = await serve(t, ended(event(1)), answer(500), open(event(2)));
  const seen = watch(t, server.url);
  await seen.received(2);
  await seen.stream.close();
  assert.deepEqual(seen.states, [
    "loading",
    "connecting",
    "open",
    "waiting",
    "connecting",
    "waiting",
    "connecting",
    "open",
    "closed",
  ]);
});

test("a stream without onEvent is idle until it is read", async (t) => {
  const stream = sse("http://source.invalid/");
  t.after(() => stream.close());
  assert.equal(stream.state, "idle");
  assert.equal(stream.position, null);
  assert.equal(stream.stats().attempts, 0);
});

test("the state is already new when onState hears of it", async (t) => {
  const server = await serve(t, open(event(1)));
  const pairs = [];
  const stream = sse(server.url, {
    onEvent() {},
    onState: (state, stream) => pairs.push([state, stream.state]),
  });
  t.after(() => stream.close());
  await until("the event", () => stream.position === "1");
  for (const [told, found] of pairs) assert.equal(told, found);
});

test("a stream is an event target for all that it tells", async (t) => {
  const server = await serve(t, ended(event(1)), answer(500), answer(410), open(event(8)), open(""));
  const heard = {};
  const seen = watch(t, server.url, { bookmark: "deals", store: webStore() });
  for (const type of ["state", "retry", "gap", "commit", "error", "close"]) {
    heard[type] = [];
    seen.stream.addEventListener(type, (event) => {
      assert.equal(event.type, type);
      heard[type].push(event.detail);
    });
  }
  await seen.until("the commit", () => seen.commits.at(-1) === "8");
  await seen.stream.close();
  assert.deepEqual(heard.state.slice(-1), ["closed"]);
  assert.deepEqual(heard.retry, seen.retries);
  assert.deepEqual(heard.commit, seen.commits);
  assert.deepEqual(heard.error, seen.errors);
  assert.deepEqual(heard.close, [null]);
  assert.equal(heard.gap[0].policy, "earliest");
});

test("listeners may be for once, be bound to a signal, and be removed", async (t) => {
  const server = await serve(t, open(events(1, 1)));
  const seen = watch(t, server.url);
  const control = new AbortController();
  const heard = [];
  const removed = () => heard.push("removed");
  seen.stream.addEventListener("state", () => heard.push("once"), { once: true });
  seen.stream.addEventListener("state", () => heard.push("bound"), { signal: control.signal });
  seen.stream.addEventListener("state", removed);
  seen.stream.removeEventListener("state", removed);
  control.abort();
  await seen.received(1);
  await seen.stream.close();
  assert.deepEqual(heard, ["once"]);
});

test("a retry is told with its cause and its delay before it is made", async (t) => {
  const server = await serve(t, answer(502), open(event(1)));
  const seen = watch(t, server.url, { retry: quick });
  await seen.received(1);
  const [retry] = seen.retries;
  assert.equal(retry.cause.code, "server-error");
  assert.equal(retry.cause.status, 502);
  assert.equal(retry.attempt, 2);
  assert.ok(retry.delay >= 10);
});
