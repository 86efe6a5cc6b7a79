// Where the position goes in a request, and where else than in an event it comes from.

import assert from "node:assert/strict";
import test from "node:test";
import { ended, event, open, serve } from "../support/server.mjs";
import { storeHolding, webStore } from "../support/stores.mjs";
import { watch } from "../support/watch.mjs";

const posted = { method: "POST", repeatable: true };
const bodies = (server) => server.exchanges.map((exchange) => exchange.body);

test("the position goes into the body, and everything else in it stays", async (t) => {
  const server = await serve(t, ended(event("ż 1")), open(event(2)));
  const body = { query: "{ deals }", list: [1, { a: null }], "a/b~c": {} };
  const seen = watch(t, server.url, { ...posted, body, lastEventId: { body: "/a~1b~0c/after/id" } });
  await seen.received(2);
  assert.deepEqual(JSON.parse(bodies(server)[0]), body);
  assert.deepEqual(JSON.parse(bodies(server)[1]), { ...body, "a/b~c": { after: { id: "ż 1" } } });
  assert.deepEqual(server.positions, [null, null]);
  assert.equal(server.exchanges[0].headers["content-type"], "application/json");
});

test("a number goes into the body digit for digit", async (t) => {
  const id = "9007199254740993";
  const server = await serve(t, ended(event(id)), open(event("18446744073709551615")));
  const body = { note: "# \"#\" ##", items: [{ after: 0 }] };
  const lastEventId = { body: "/items/0/after", number: true };
  const seen = watch(t, server.url, { ...posted, body, lastEventId });
  await seen.received(2);
  assert.equal(bodies(server)[1], `{"note":"# \\"#\\" ##","items":[{"after":${id}}]}`);
});

test("a place whose name looks like what stands for the number is one like any other", async (t) => {
  const server = await serve(t, open(event(8)));
  const lastEventId = { body: "/#/##", number: true };
  await watch(t, server.url, { ...posted, body: {}, start: { position: "7" }, lastEventId }).received(1);
  assert.equal(bodies(server)[0], '{"#":{"##":7}}');
});

test("an id that is no number is not written as one", async (t) => {
  const server = await serve(t, ended(`${event(7)}${event("x8")}${event("09")}`), open(event(10)));
  const seen = watch(t, server.url, { ...posted, body: {}, lastEventId: { body: "/after", number: true } });
  await seen.until("the last event", () => seen.ids.includes("10"));
  assert.deepEqual(bodies(server), ["{}", '{"after":7}']);
  assert.deepEqual(seen.codes, ["unsendable-position"]);
});

test("a key that JavaScript knows otherwise is a key like any other", async (t) => {
  const server = await serve(t, open(event(2)));
  const lastEventId = { body: "/__proto__/toString/x" };
  await watch(t, server.url, { ...posted, body: {}, start: { position: "1" }, lastEventId }).received(1);
  assert.equal(bodies(server)[0], '{"__proto__":{"toString":{"x":"1"}}}');
  assert.equal({}.x, undefined);
});

test("a plain object as a body is JSON; the application may name its type", async (t) => {
  const server = await serve(t, open(event(1)));
  const headers = { "Content-Type": "application/graphql+json" };
  await watch(t, server.url, { method: "POST", body: { a: "ż" }, headers }).received(1);
  assert.equal(server.exchanges[0].headers["content-type"], "application/graphql+json");
  assert.equal(Buffer.from(server.exchanges[0].body).toString(), '{"a":"ż"}');
});

for (const [name, body, type] of [
  ["a text", "a=1", /^text\/plain/],
  ["URLSearchParams", new URLSearchParams({ a: "1" }), /^application\/x-www-form-urlencoded/],
]) {
  test(`${name} as a body is left to fetch`, async (t) => {
    const server = await serve(t, open(event(1)));
    await watch(t, server.url, { method: "POST", body }).received(1);
    assert.equal(server.exchanges[0].body, "a=1");
    assert.match(server.exchanges[0].headers["content-type"], type);
  });
}

test("with a header and a query parameter, ids that no header carries go into the query", async (t) => {
  const server = await serve(t, ended(event(1)), ended("id: 2 \ndata: b\n\n"), open(event(3)));
  const seen = watch(t, server.url, { lastEventId: { header: "Last-Event-ID", query: "last" } });
  await seen.received(3);
  assert.deepEqual(server.positions, [null, "1", null]);
  assert.deepEqual(
    server.exchanges.map((exchange) => exchange.path),
    ["/events", "/events", "/events?last=2%20"],
  );
  assert.deepEqual(seen.codes, []);
});

const stream = (begins) => (wire) => (exchange) =>
  void exchange.head(200, { "content-type": "text/event-stream", ...begins }).write(wire);

/** The same with a header in UTF-8, which Node's own server cannot write. */
const streamInUtf8 = (name, value, wire) => ({ response }) =>
  void response.socket.write(
    `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n${name}: ${value}\r\n\r\n${wire}`,
  );

test("a position takes the place of what the URL says of it", async (t) => {
  const server = await serve(t, ended(event(1)), open(event(2)));
  const seen = watch(t, `${server.url}?since=0&a=%201`, { lastEventId: { query: "since" } });
  await seen.received(2);
  assert.deepEqual(server.exchanges.map(({ path }) => path), ["/events?since=0&a=%201", "/events?a=%201&since=1"]);
});

test("a response header names the position until an event does", async (t) => {
  const begins = streamInUtf8("X-Begins", "ż5", "data: a\n\n");
  const server = await serve(
    t,
    (exchange) => begins(exchange) ?? exchange.response.socket.end(),
    open("data: b\n\nid: 6\ndata: c\n\n"),
  );
  const store = webStore();
  const seen = watch(t, server.url, { bookmark: "deals", store, position: { header: "X-Begins" } });
  await seen.received(3);
  assert.deepEqual(seen.ids, ["ż5", "ż5", "6"]);
  assert.equal(seen.events[0].position, "ż5");
  assert.deepEqual(server.positions, [null, "ż5"]);
  await seen.until("the commit of 6", () => seen.commits.includes("6"));
  assert.deepEqual(seen.commits, ["ż5", "6"]);
});

for (const [policy, asked] of [
  ["earliest", [null, "1", "earliest"]],
  ["latest", [null, "1", null]],
  ["fail", [null, "1"]],
]) {
  test(`an answer that begins elsewhere than at the position is a gap; onGap: ${policy}`, async (t) => {
    const server = await serve(
      t,
      ended(event(1)),
      stream({ "Mercure-Last-Event-ID": "earliest" })(""),
      stream({ "Mercure-Last-Event-ID": "7" })(event(8)),
    );
    const seen = watch(t, server.url, { onGap: policy });
    if (policy === "fail") {
      const error = await seen.end();
      assert.equal(error.code, "position-expired");
      assert.equal(error.status, 200);
      assert.equal(error.headers["mercure-last-event-id"], "earliest");
    } else {
      await seen.received(2);
      assert.deepEqual(seen.ids, ["1", "8"]);
      assert.deepEqual(seen.codes, []);
    }
    assert.deepEqual(
      seen.gaps.map(({ reason, position }) => [reason, position]),
      [["position-expired", "1"]],
    );
    assert.deepEqual(server.positions, asked);
    await seen.until("the end of the connection", () => server.exchanges[1].abandoned);
  });
}

test("an answer that begins at the position is none", async (t) => {
  const server = await serve(t, ended(event("urn:ż")), streamInUtf8("Mercure-Last-Event-ID", "urn:ż", event(8)));
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.deepEqual(seen.gaps, []);
  assert.equal(server.exchanges.length, 2);
});

test("a bookmark that its new place cannot hold is a gap", async (t) => {
  const server = await serve(t, open(event("a1")), open(event(2)));
  const store = webStore();
  const first = watch(t, server.url, { bookmark: "deals", store });
  await first.until("a commit", () => first.commits.length === 1);
  await first.stream.close();
  const lastEventId = { body: "/after", number: true };
  const held = storeHolding([...store.entries.values()][0]);
  const second = watch(t, server.url, { ...posted, body: {}, bookmark: "deals", store: held, lastEventId });
  await second.received(1);
  assert.deepEqual(
    second.gaps.map(({ reason, position }) => [reason, position]),
    [["position-refused", "a1"]],
  );
});
