import assert from "node:assert/strict";
import test from "node:test";
import { ended, event, events, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { watch } from "../support/watch.mjs";

/** Ids that must come back to the server exactly as it sent them. */
const ids = [
  "9007199254740993",
  "18446744073709551615",
  "1732177000.123456789",
  "AbC+/w==",
  "00017",
  "Grüße-你好-👋🏽",
  "a b\tc",
  "{\"a\":[1,2]}",
  "x".repeat(900),
];

for (const id of ids) {
  const name = id.length > 40 ? "an id of 900 characters" : id;
  test(`the id ${name} comes back unchanged, also from the store`, async (t) => {
    const server = await serve(t, ended(event(id, "a")), open(event("next", "b")));
    const store = webStore();
    const seen = watch(t, server.url, { bookmark: "deals", store });
    await seen.until("the second request", () => server.exchanges.length === 2);
    assert.equal(server.positions[1], id);
    assert.equal(seen.events[0].id, id);
    assert.equal(seen.events[0].position, id);

    const later = await serve(t, ended(event(id, "a")), open(""));
    const first = watch(t, later.url, { bookmark: "other", store, retry: false });
    await first.end();
    const second = watch(t, later.url, { bookmark: "other", store });
    await second.until("the request", () => later.exchanges.length === 2);
    assert.equal(later.positions[1], id);
  });
}

test("an event without an id keeps the one before, also over a reconnect", async (t) => {
  const server = await serve(
    t,
    ended(`${event(1, "a")}data: b\n\n`),
    ended("data: c\n\n"),
    open("data: d\n\n"),
  );
  const seen = watch(t, server.url);
  await seen.received(4);
  assert.deepEqual(seen.data, ["a", "b", "c", "d"]);
  assert.deepEqual(seen.ids, ["1", "1", "1", "1"]);
  assert.deepEqual(server.positions, [null, "1", "1"]);
});

test("an id without data moves the position", async (t) => {
  const server = await serve(t, ended(`${event(1)}id: 5\n\n`), open(event(6)));
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.deepEqual(seen.ids, ["1", "6"]);
  assert.deepEqual(server.positions, [null, "5"]);
});

test("an empty id forgets the position", async (t) => {
  const server = await serve(t, ended(`${event(1)}id\ndata: b\n\n`), open(event(2)));
  const seen = watch(t, server.url);
  await seen.received(3);
  assert.deepEqual(seen.ids, ["1", "", "2"]);
  assert.deepEqual(server.positions, [null, null]);
});

test("the position can go as a query parameter, beside those of the URL", async (t) => {
  const server = await serve(t, ended(event("a&b=ü", "x")), open(""));
  watch(t, `${server.url}?filter=all#part`, { lastEventId: { query: "since" } });
  const seen = watch(t, `${server.url}?filter=all`, { lastEventId: { query: "since" } });
  await seen.until("three requests", () => server.exchanges.length >= 3);
  const asked = server.exchanges.map((exchange) => new URL(exchange.path, "http://x").searchParams);
  for (const query of asked) assert.equal(query.get("filter"), "all");
  assert.equal(asked.filter((query) => query.get("since") === "a&b=ü").length, 1);
  assert.ok(server.exchanges.every((exchange) => exchange.lastEventId === null));
});

test("the position can go in a header of another name", async (t) => {
  const server = await serve(t, ended(event(7)), open(""));
  const seen = watch(t, server.url, { lastEventId: { header: "X-Since" } });
  await seen.until("two requests", () => server.exchanges.length === 2);
  assert.equal(server.exchanges[1].headers["x-since"], "7");
  assert.equal(server.exchanges[1].lastEventId, null);
});

test("start: { position } is asked for where no bookmark exists, and only there", async (t) => {
  const server = await serve(t, open(event("41")));
  const store = webStore();
  const options = { bookmark: "deals", store, start: { position: "40" } };
  const first = watch(t, server.url, options);
  await first.until("a commit", () => first.commits.length === 1);
  await first.stream.close();
  const second = watch(t, server.url, options);
  await second.until("two requests", () => server.exchanges.length === 2);
  assert.deepEqual(server.positions, ["40", "41"]);
});

test("start: earliest asks for everything that is kept", async (t) => {
  const server = await serve(t, open(event(1)));
  await watch(t, server.url, { start: "earliest" }).received(1);
  assert.deepEqual(server.positions, ["earliest"]);
});

test("a new stream continues behind the last event that the one before has handled", async (t) => {
  const server = await serve(t, open(`${event(1)}${event(2)}`), open(event(3)));
  const store = webStore();
  const first = watch(t, server.url, { bookmark: "deals", store });
  await first.received(2);
  await first.stream.close();
  const second = watch(t, server.url, { bookmark: "deals", store });
  await second.received(1);
  assert.deepEqual(server.positions, [null, "2"]);
  assert.equal(second.stream.position, "3");
});

test("two names are two bookmarks", async (t) => {
  const server = await serve(t, open(event(1)), open(event(2)));
  const store = webStore();
  const first = watch(t, server.url, { bookmark: "one", store });
  await first.received(1);
  await first.stream.close();
  await watch(t, server.url, { bookmark: "two", store }).received(1);
  assert.deepEqual(server.positions, [null, null]);
});

test("a Last-Event-ID among the application's headers does not override the position", async (t) => {
  const server = await serve(t, ended(events(1, 3)), open(event(4)));
  const seen = watch(t, server.url, { headers: { "last-event-id": "0" } });
  await seen.received(4);
  assert.equal(server.positions[1], "3");
  assert.deepEqual(seen.ids, ["1", "2", "3", "4"]);
});
