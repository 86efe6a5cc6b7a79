import assert from "node:assert/strict";
import test from "node:test";
import { EventSource } from "brookmark";
import { answer, ended, event, open, serve } from "../support/server.mjs";
import { aWhile, watch } from "../support/watch.mjs";

const tokens = (server) => server.exchanges.map((exchange) => exchange.headers.authorization);

test("a token goes out as a bearer on every attempt", async (t) => {
  const server = await serve(t, ended(event(1)), open(event(2)));
  const seen = watch(t, server.url, { auth: "abc" });
  await seen.received(2);
  assert.deepEqual(tokens(server), ["Bearer abc", "Bearer abc"]);
});

test("after a 401 the token function is called once more and the stream goes on", async (t) => {
  const server = await serve(t, ended(event(1)), answer(401), open(event(2)));
  const calls = [];
  const seen = watch(t, server.url, {
    auth: async (info) => {
      calls.push(info.refresh);
      return info.refresh ? "fresh" : "stale";
    },
  });
  await seen.received(2);
  assert.deepEqual(calls, [false, false, true]);
  assert.deepEqual(tokens(server), ["Bearer stale", "Bearer stale", "Bearer fresh"]);
  assert.deepEqual(server.positions, [null, "1", "1"]);
  assert.equal(seen.stream.state, "open");
});

test("a 401 to the fresh token too ends the stream", async (t) => {
  const server = await serve(t, answer(401, {}, "who are you"));
  const calls = [];
  const seen = watch(t, server.url, { auth: (info) => (calls.push(info.refresh), "abc") });
  const error = await seen.end();
  assert.equal(error.code, "unauthorized");
  assert.equal(error.culprit, "auth");
  assert.equal(error.body, "who are you");
  assert.deepEqual(calls, [false, true]);
  await aWhile();
  assert.equal(server.exchanges.length, 2);
});

test("a 401 to a body that cannot be sent again is told as that", async (t) => {
  const server = await serve(t, answer(401, {}, "who are you?"));
  const body = new Blob(["question"]).stream();
  const seen = watch(t, server.url, { method: "POST", body, auth: () => "token" });
  const error = await seen.end();
  assert.deepEqual([error.code, error.status, error.body], ["unauthorized", 401, "who are you?"]);
  assert.deepEqual(server.exchanges.map((exchange) => exchange.body), ["question"]);
});

test("a later 401 is given a fresh token again", async (t) => {
  const server = await serve(
    t,
    answer(401),
    ended(event(1)),
    answer(401),
    open(event(2)),
  );
  const seen = watch(t, server.url, { auth: (info) => (info.refresh ? "fresh" : "stale") });
  await seen.received(2);
  assert.equal(seen.stream.state, "open");
});

test("a token function that throws is reported and tried again", async (t) => {
  const server = await serve(t, open(event(1)));
  let calls = 0;
  const cause = new Error("no network for the token");
  const seen = watch(t, server.url, {
    auth: async () => {
      calls += 1;
      if (calls === 1) throw cause;
      return "abc";
    },
  });
  await seen.received(1);
  assert.deepEqual(seen.codes, ["auth-failed"]);
  assert.equal(seen.errors[0].culprit, "auth");
  assert.equal(seen.errors[0].cause, cause);
});

test("headers may be an object, a list of pairs, or a function called for each attempt", async (t) => {
  const server = await serve(t, ended(event(1)), open(event(2)));
  const attempts = [];
  const seen = watch(t, server.url, {
    headers: async (info) => {
      attempts.push(info.attempt);
      return { "x-count": String(attempts.length) };
    },
  });
  await seen.received(2);
  assert.deepEqual(
    server.exchanges.map((exchange) => exchange.headers["x-count"]),
    ["1", "2"],
  );
  assert.equal(attempts[0], 1);

  for (const headers of [{ "x-kind": "plain" }, [["x-kind", "plain"]], new Headers({ "x-kind": "plain" })]) {
    const other = await serve(t, open(event(1)));
    await watch(t, other.url, { headers }).received(1);
    assert.equal(other.exchanges[0].headers["x-kind"], "plain");
  }
});

test("headers that can be gone through only once go out with every attempt", async (t) => {
  const once = () => new Map([["x-kind", "once"]]).entries();
  const kinds = (server) => server.exchanges.map((exchange) => exchange.headers["x-kind"]);
  const server = await serve(t, ended(event(1)), open(event(2)));
  await watch(t, server.url, { headers: once() }).received(2);
  assert.deepEqual(kinds(server), ["once", "once"]);
  const other = await serve(t, ended(`retry: 0\n${event(1)}`), open(event(2)));
  const source = new EventSource(other.url, { headers: once() });
  t.after(() => source.close());
  await new Promise((resolve) => (source.onmessage = ({ lastEventId }) => lastEventId === "2" && resolve()));
  assert.deepEqual(kinds(other), ["once", "once"]);
});

test("every request asks for an event stream, uncached", async (t) => {
  const server = await serve(t, open(event(1)));
  await watch(t, server.url).received(1);
  const [{ headers, method }] = server.exchanges;
  assert.equal(method, "GET");
  assert.equal(headers.accept, "text/event-stream");
  assert.equal(headers["cache-control"], "no-cache");
  assert.equal(headers["last-event-id"], undefined);
});

test("where there is no page, the header itself says that no cache is to answer", async (t) => {
  const sent = [];
  const fetchOnce = async (_, { headers }) => {
    sent.push(headers.get("cache-control"));
    return new Response(null, { status: 204 });
  };
  const ask = (options) => watch(t, "http://source.invalid/", { fetch: fetchOnce, ...options }).end();
  await ask();
  await ask({ headers: { "cache-control": "max-age=0" } });

  globalThis.location = { href: "http://page.invalid/" };
  t.after(() => delete globalThis.location);
  await ask();
  assert.deepEqual(sent, ["no-cache", "max-age=0", null]);
});

for (const nothing of [null, undefined]) {
  test(`a token function that gives ${nothing} sends no token`, async (t) => {
    const server = await serve(t, ended(event(1)), open(event(2)));
    const seen = watch(t, server.url, { auth: () => nothing });
    await seen.received(2);
    assert.deepEqual(tokens(server), [undefined, undefined]);
    assert.deepEqual(seen.codes, []);
  });
}

test("the application's own Accept goes out instead of ours", async (t) => {
  const server = await serve(t, open(event(1)));
  await watch(t, server.url, { headers: { Accept: "text/event-stream;v=2" } }).received(1);
  assert.equal(server.exchanges[0].headers.accept, "text/event-stream;v=2");
});
