// The changes of a database over each of CouchDB's four feeds: the same events, and one position for all.

import assert from "node:assert/strict";
import test from "node:test";
import { couchChanges } from "brookmark/connectors";
import { couch } from "../support/couch/server.mjs";
import { positionIn, webStore } from "../support/stores.mjs";
import { aWhile, watchWith } from "../support/watch.mjs";

const FEEDS = ["eventsource", "continuous", "longpoll", "normal"];

/** Consumes changes; pages follow each other quickly. */
function follow(t, url, options) {
  const own = watchWith(couchChanges, t, url, { every: 20, ...options });
  return Object.assign(own, { received: own.received.bind(own), end: own.end.bind(own), until: own.until.bind(own) });
}

/** The position in the store, which has one bookmark. */
const kept = (store) => positionIn([...store.entries.values()][0]);

const told = (events) => events.map(({ type, id, position, data }) => ({ type, id, position, data }));

for (const feed of FEEDS) {
  test(`${feed} gives each change with its document's id, its type and its sequence`, async (t) => {
    const server = await couch(t);
    for (const id of ["d1", "d2", "d3", "d4", "d5"]) server.write(id);
    const { received, events, errors, stream } = follow(t, server.url, { feed });
    await received(5);
    /* Shards take turns, so this is not the order in which they were written. */
    assert.deepEqual(events.map(({ id }) => id).sort(), ["d1", "d2", "d3", "d4", "d5"]);

    const rev = server.write("d3", { deleted: true });
    await received(6);
    const seq = server.database.seq(server.database.end);
    const data = { seq, id: "d3", changes: [{ rev }], deleted: true };
    assert.deepEqual(told(events).at(-1), { type: "deleted", id: "d3", position: seq, data });
    for (const { type, position, data } of events.slice(0, 5)) assert.deepEqual([type, position], ["change", data.seq]);
    assert.equal(stream.position, seq);
    assert.deepEqual(errors, []);
    assert.equal(server.feeds.at(-1), feed);
  });
}

test("a place kept by one feed is gone on from by every other", async (t) => {
  const server = await couch(t);
  const store = webStore();
  const seen = [];
  let number = 0;
  for (const feed of [...FEEDS, ...[...FEEDS].reverse(), "normal", "eventsource", "longpoll", "continuous", "normal"]) {
    for (let count = 0; count < 3; count += 1) server.write(`d${(number += 1)}`);
    const { received, events, gaps, stream } = follow(t, server.url, { feed, bookmark: "changes", store });
    await received(3);
    await stream.close();
    assert.deepEqual(gaps, []);
    assert.equal(kept(store), server.database.seq(server.database.end));
    seen.push(...events.map(({ id }) => id));
  }
  assert.equal(new Set(seen).size, number);
  assert.equal(seen.length, number);
});

for (const feed of ["auto", ...FEEDS]) {
  test(`start: "latest" passes over what there is, and loses nothing from then on (${feed})`, async (t) => {
    const server = await couch(t);
    server.write("old");
    const { until, received, events, stream } = follow(t, server.url, { feed, since: "now" });
    await until("the first position", () => stream.position !== null);
    /* The connection is gone before anything has come, and with it the only one that knew what now was. */
    await until("the feed", () => server.feeds.length > 1);
    server.cut();
    server.write("new");
    await received(1);
    assert.deepEqual(events.map(({ id }) => id), ["new"]);
  });
}

for (const feed of FEEDS) {
  test(`rows without a sequence move nothing, and none is lost over cuts (${feed})`, async (t) => {
    const server = await couch(t);
    for (let number = 1; number <= 20; number += 1) server.write(`d${number}`);
    const store = webStore();
    const query = { seq_interval: 7 };
    const { received, stream, events } = follow(t, server.url, { feed, query, limit: 10, bookmark: "changes", store });
    await received(20);
    assert.ok(events.some(({ data }) => data.seq === null));
    assert.deepEqual([...new Set(events.map(({ id }) => id))].length, 20);
    for (let number = 21; number <= 24; number += 1) {
      server.write(`d${number}`);
      await received(number);
      server.cut();
    }
    await stream.close();
    const position = kept(store);
    assert.ok(server.database.vector(position), position);

    const again = follow(t, server.url, { feed: "normal", query, bookmark: "changes", store });
    server.write("d25");
    await again.until("the last", () => again.events.some(({ id }) => id === "d25"));
    /* What was handled and has no sequence behind it is known by its row. */
    assert.deepEqual(again.events.map(({ id }) => id), ["d25"]);
  });
}

for (const feed of ["normal", "longpoll"]) {
  test(`with a filter, the last sequence of a page counts, and not the last row's (${feed})`, async (t) => {
    const server = await couch(t);
    for (let number = 1; number <= 6; number += 1) server.write(`d${number}`);
    const { until, stream, events } = follow(t, server.url, { feed, filter: "app/odd", every: 60_000 });
    const end = server.database.seq(server.database.end);
    await until("the end", () => stream.position === end);
    assert.deepEqual(events.map(({ id }) => id).sort(), ["d1", "d3", "d5"]);
    /* Nothing is left that the filter keeps, and the source is asked for it once. */
    await aWhile();
    assert.ok(server.requests.length <= 3, `${server.requests.length} requests`);
  });
}

test("a filter that keeps nothing is no reason to ask again and again", async (t) => {
  const server = await couch(t);
  for (let number = 1; number <= 6; number += 1) server.write(`d${number}`);
  const { until, stream } = follow(t, server.url, { feed: "normal", filter: "app/none", every: 60_000 });
  await until("the end", () => stream.position !== null);
  await aWhile();
  assert.equal(server.requests.length, 1);
});

for (const feed of ["eventsource", "continuous", "longpoll"]) {
  test(`heartbeats are signs of life and no events (${feed})`, async (t) => {
    const server = await couch(t);
    server.write("d1");
    const { received, events, errors } = follow(t, server.url, { feed, heartbeat: 20, query: { heartbeat: 20 }, idleTimeout: 150 });
    await received(1);
    await aWhile(400);
    assert.equal(server.feeds.filter((name) => name === feed).length, 1);
    server.write("d2");
    await received(2);
    assert.deepEqual(events.map(({ id }) => id), ["d1", "d2"]);
    assert.deepEqual(errors, []);
  });

  test(`a response that ends after its time is asked for again, neither late nor in a hurry (${feed})`, async (t) => {
    const server = await couch(t, { timeout: 40 });
    server.write("d1");
    const { received, errors, gaps, events } = follow(t, server.url, { feed, heartbeat: false, retry: {} });
    await received(1);
    await aWhile(1_000);
    const asked = server.requests.length;
    assert.ok(asked > 3 && asked < 30, `${asked} requests in a second`);
    server.write("d2");
    await received(2);
    assert.deepEqual(events.map(({ id }) => id), ["d1", "d2"]);
    assert.deepEqual([errors, gaps], [[], []]);
  });
}

test("no validator is sent: the source's names the state of the database, whatever was asked for", async (t) => {
  const server = await couch(t);
  for (const id of ["d1", "d2", "d3", "d4"]) server.write(id);
  const { received, events } = follow(t, server.url, { feed: "normal", limit: 2 });
  await received(4);
  assert.equal(new Set(events.map(({ id }) => id)).size, 4);
  assert.ok(server.requests.every(({ validator }) => validator === undefined));
});

test("numbers of documents stay exact", async (t) => {
  const server = await couch(t);
  server.write("big", { text: '"amount":9007199254740993' });
  const { received, events } = follow(t, server.url, { includeDocs: true, numbers: "exact" });
  await received(1);
  assert.equal(events[0].data.doc.amount, 9007199254740993n);
});

for (const [feed, more] of [["eventsource", { docIds: ["d2", "d4"] }], ["continuous", { selector: { kind: "even" } }], ["longpoll", { docIds: ["d2", "d4"] }], ["normal", { selector: { kind: "even" } }]]) {
  test(`documents are chosen by ${Object.keys(more)}, in a body (${feed})`, async (t) => {
    const server = await couch(t);
    const write = (number) => server.write(`d${number}`, { text: `"kind":"${number % 2 ? "odd" : "even"}"` });
    [1, 2, 3].forEach(write);
    const { received, events } = follow(t, server.url, { feed, ...more });
    await received(1);
    [5, 4, 7].forEach(write);
    await received(2);
    await aWhile(50);
    assert.deepEqual(events.map(({ id }) => id), ["d2", "d4"]);
  });
}

for (const feed of ["auto", ...FEEDS]) {
  test(`a database made anew is a gap, while the stream runs and after a restart (${feed})`, async (t) => {
    const server = await couch(t);
    for (const id of ["d1", "d2", "d3"]) server.write(id);
    const store = webStore();
    const options = { feed, bookmark: "changes", store };
    /* A page is checked once a minute only: the place is read anew for it. */
    const isPaged = feed === "normal" || feed === "longpoll";
    let own = follow(t, server.url, options);
    await own.received(3);
    const restart = async () => {
      await own.stream.close();
      own = follow(t, server.url, options);
    };
    server.recreate();
    server.write("d1");
    if (isPaged) await restart();
    await own.until("the gap", () => own.gaps.length === 1);
    assert.equal(own.gaps[0].reason, "recreated");
    await own.until("the new d1", () => own.stream.position === server.database.seq(server.database.end));
    assert.deepEqual(own.events.slice(isPaged ? 0 : 3).map(({ id }) => id), ["d1"]);

    await own.stream.close();
    server.recreate();
    server.write("d1");
    server.write("d9");
    own = follow(t, server.url, options);
    await own.received(2);
    assert.deepEqual(own.gaps.map(({ reason }) => reason), ["recreated"]);
    assert.deepEqual(own.events.map(({ id }) => id).sort(), ["d1", "d9"]);
    /* From there on it is a database like any other. */
    server.cut();
    server.write("d10");
    await own.received(3);
    assert.equal(own.gaps.length, 1);
  });
}

test("a place that the source does not understand ends the stream", async (t) => {
  const server = await couch(t);
  const { end } = follow(t, server.url, { since: "banana" });
  const error = await end();
  assert.deepEqual([error.code, error.status], ["bad-status", 400]);
  assert.match(error.body, /Malformed sequence/);
});

test("a database that is not there is told", async (t) => {
  const server = await couch(t);
  const { end } = follow(t, `${server.url}s`, {});
  assert.equal((await end()).status, 404);
});

test("what makes no sense is refused at once", () => {
  const wrong = (options, code = "bad-option", url = "http://localhost/db") =>
    assert.throws(() => couchChanges(url, options), { code, culprit: "misuse" });
  wrong({ descending: true });
  wrong({ feed: "live" });
  wrong({ style: "all" });
  wrong({ since: 7 });
  wrong({ since: "now", start: "latest" });
  wrong({ limit: 0 });
  wrong({ heartbeat: true });
  wrong({ filter: "a/b", docIds: ["d"] });
  wrong({ docIds: "d" });
  wrong({ includeDocs: 1 });
  wrong({}, "bad-url", "http://localhost/");
  wrong({}, "bad-url", "http://user@localhost/db");
  wrong({}, "bad-url", "http://localhost/db?since=1");
});
