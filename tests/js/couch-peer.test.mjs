// The connector against PouchDB Server, with PouchDB's own client beside it: both see the same revisions.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { couchChanges } from "brookmark/connectors";
import { pouch } from "../support/pouch.mjs";
import { webStore } from "../support/stores.mjs";
import { watchWith } from "../support/watch.mjs";

const peers = createRequire(new URL("../peers/", import.meta.url));
const PouchDB = peers("pouchdb").plugin(peers("pouchdb-adapter-memory"));

const follow = (t, url, options) => watchWith(couchChanges, t, url, { every: 20, ...options });

/** The newest revision of each document, as PouchDB's own client has it from the same server. */
async function oracle(url) {
  const remote = new PouchDB(url, { adapter: "http" });
  const { results } = await remote.changes({ since: 0 });
  return new Map(results.map(({ id, changes }) => [id, changes[0].rev]));
}

const revisions = (events) => new Map(events.map(({ id, data }) => [id, data.changes[0].rev]));
const end = async (url) => String((await (await fetch(url)).json()).update_seq);

for (const feed of ["normal", "longpoll", "continuous"]) {
  test(`PouchDB Server's changes by ${feed}, written while they are read, over cuts`, { timeout: 30_000 }, async (t) => {
    const server = await pouch(t);
    const own = follow(t, server.url, { feed, limit: 20 });
    await server.write([{ _id: "first" }]);
    await own.until("the feed", () => own.events.length === 1 && server.feeds.at(-1) === feed);
    let written = [];
    for (let round = 0; round < 8; round += 1) {
      const fresh = Array.from({ length: 15 }, (_, number) => ({ _id: `d${round}-${number}`, round }));
      const [first, second] = written;
      const again = round === 0 ? [] : [{ _id: first.id, _rev: first.rev, again: true }, { _id: second.id, _rev: second.rev, _deleted: true }];
      written = await server.write([...fresh, ...again]);
      assert.ok(written.every(({ ok }) => ok));
      if (round % 3 === 2) await server.cut();
    }
    const last = await end(server.url);
    await own.until("all changes", () => own.stream.position === last);
    assert.ok(server.feeds.slice(1).every((asked) => asked === feed), `${server.feeds}`);
    assert.deepEqual([...revisions(own.events)].sort(), [...(await oracle(server.url))].sort());
    /* Whatever came, came once. */
    const seqs = own.events.map(({ position }) => position);
    assert.equal(new Set(seqs).size, seqs.length);
    assert.ok(own.events.some(({ type }) => type === "deleted"));
  });
}

test("it answers an event stream as a page, and lines take over", async (t) => {
  const server = await pouch(t);
  await server.write([{ _id: "d1" }]);
  const own = follow(t, server.url, { includeDocs: true });
  await own.received(1);
  await own.until("lines", () => server.feeds.at(-1) === "continuous");
  await server.write([{ _id: "d2", text: "größer" }]);
  await own.received(2);
  assert.equal(own.events[1].data.doc.text, "größer");
  assert.deepEqual(own.codes, ["transport-refused"]);
  assert.match(own.errors[0].message, /text\/plain/);
});

test("compressed, it holds lines back, and held requests take over", { timeout: 30_000 }, async (t) => {
  const server = await pouch(t, { compression: true });
  await server.write([{ _id: "d1" }]);
  const own = follow(t, server.url, { connectTimeout: 500, idleTimeout: 500 });
  await own.received(1);
  await own.until("longpoll", () => server.feeds.includes("longpoll"));
  await server.write([{ _id: "d2" }]);
  await own.received(2);
  assert.deepEqual(own.ids, ["d1", "d2"]);
});

test("made anew, it would say nothing for ever, and is found out", async (t) => {
  const server = await pouch(t);
  const store = webStore();
  await server.write([{ _id: "d1" }, { _id: "d2" }, { _id: "d3" }]);
  const first = follow(t, server.url, { feed: "longpoll", bookmark: "changes", store });
  await first.received(3);
  await first.stream.close();
  await server.recreate();
  await server.write([{ _id: "d1" }]);
  const second = follow(t, server.url, { feed: "longpoll", bookmark: "changes", store });
  await second.received(1);
  assert.deepEqual(second.gaps.map(({ reason, position }) => [reason, position]), [["recreated", "3"]]);
  assert.deepEqual(second.ids, ["d1"]);
});

test("what PouchDB replicates is what the connector tells", async (t) => {
  const server = await pouch(t);
  const copy = new PouchDB("copy", { adapter: "memory" });
  t.after(() => copy.destroy());
  const own = follow(t, server.url, { style: "all_docs" });
  const written = await server.write(Array.from({ length: 40 }, (_, number) => ({ _id: `d${number}` })));
  await server.write(written.slice(0, 10).map(({ id, rev }, number) => ({ _id: id, _rev: rev, _deleted: number % 2 === 0 })));
  const last = await end(server.url);
  await own.until("all changes", () => own.stream.position === last);
  await PouchDB.replicate(new PouchDB(server.url, { adapter: "http" }), copy);
  const { results } = await copy.changes({ since: 0, style: "all_docs" });
  const copied = new Map(results.map(({ id, changes }) => [id, changes[0].rev]));
  assert.deepEqual([...revisions(own.events)].sort(), [...copied].sort());
});

test("what it takes for a position, though it is none, is found out", async (t) => {
  const server = await pouch(t);
  await server.write([{ _id: "d1" }]);
  for (const position of ["banana", "99", "7-abc"]) {
    const own = follow(t, server.url, { feed: "normal", since: position });
    await own.received(1);
    assert.deepEqual(own.gaps.map(({ reason, position }) => [reason, position]), [["recreated", position]]);
    await server.write([{ _id: `x${position}` }]);
    await own.until("the next", () => own.ids.includes(`x${position}`));
    assert.equal(own.gaps.length, 1);
    await own.stream.close();
    await server.recreate();
    await server.write([{ _id: "d1" }]);
  }
});
