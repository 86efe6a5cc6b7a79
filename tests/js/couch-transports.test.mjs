// Where one feed is not to be had, another takes over at the same place, and gives way again.

import assert from "node:assert/strict";
import test from "node:test";
import { couchChanges } from "brookmark/connectors";
import { couch } from "../support/couch/server.mjs";
import { aWhile, watchWith } from "../support/watch.mjs";

const FEEDS = ["eventsource", "continuous", "longpoll", "normal"];

const follow = (t, url, options) => watchWith(couchChanges, t, url, { every: 20, ...options });

/** Writes three documents, one after the other has arrived. */
async function converse(server, own, from) {
  for (let number = from; number < from + 3; number += 1) {
    server.write(`d${number}`);
    await own.until(`d${number}`, () => own.events.some(({ id }) => id === `d${number}`));
  }
}

const numbers = (own) => own.ids.map((id) => Number(id.slice(1)));
const upTo = (last) => Array.from({ length: last }, (_, index) => index + 1);

for (const [count, feed] of FEEDS.slice(1).entries()) {
  test(`a server that refuses ${FEEDS.slice(0, count + 1).join(", ")} is asked for ${feed}`, async (t) => {
    const server = await couch(t);
    FEEDS.slice(0, count + 1).forEach((name) => server.refused.add(name));
    const own = follow(t, server.url);
    await converse(server, own, 1);
    await converse(server, own, 4);
    assert.deepEqual(numbers(own), upTo(6));
    assert.equal(server.feeds.at(-1), feed);
    assert.deepEqual(own.codes, Array(count + 1).fill("transport-refused"));
    for (const [index, error] of own.errors.entries()) {
      assert.equal(error.message, `${FEEDS[index]} is given up for ${FEEDS[index + 1]}: the server answered with status 400`);
      assert.deepEqual([error.retryable, error.culprit, error.status], [true, "transport", 400]);
    }
    /* Each is refused once, and no more is asked of it. */
    for (const name of FEEDS.slice(0, count + 1)) assert.equal(server.feeds.filter((asked) => asked === name).length, 1);
  });
}

test("a feed that was chosen is not left for another", async (t) => {
  const server = await couch(t);
  server.refused.add("eventsource");
  server.write("d1");
  const own = follow(t, server.url, { feed: "eventsource" });
  const error = await own.end();
  assert.deepEqual([error.code, error.retryable], ["bad-status", false]);
});

test("behind a proxy that holds responses back, pages take over, and lose nothing", async (t) => {
  const server = await couch(t);
  server.held.add("eventsource").add("continuous");
  const own = follow(t, server.url, { idleTimeout: 150, connectTimeout: 150, query: { heartbeat: 50 } });
  await converse(server, own, 1);
  await own.until("longpoll", () => server.feeds.at(-1) === "longpoll");
  await converse(server, own, 4);
  assert.deepEqual(numbers(own), upTo(6));
  const [first, second] = own.errors.filter(({ code }) => code === "transport-refused");
  assert.match(first.message, /^eventsource is given up for continuous: no response began within 150 ms/);
  assert.match(second.message, /^continuous is given up for longpoll: no response began within 150 ms/);
});

test("a feed that breaks three times before it brings anything is left, and one that brings something is not", async (t) => {
  const server = await couch(t);
  const own = follow(t, server.url, { heartbeat: false });
  await converse(server, own, 1);
  for (let number = 4; number <= 9; number += 1) {
    await own.until("the feed", () => server.open === 1);
    server.cut();
    server.write(`d${number}`);
    await own.received(number);
  }
  assert.equal(server.feeds.at(-1), "eventsource");

  /* The first ends one that brought something. */
  for (let cuts = 0; cuts <= 3; cuts += 1) {
    const before = server.requests.length;
    await own.until("the feed", () => server.open === 1);
    server.cut();
    await own.until("the next request", () => server.requests.length > before);
  }
  await own.until("the other feed", () => server.feeds.at(-1) === "continuous");
  await converse(server, own, 10);
  assert.deepEqual(numbers(own), upTo(12));
});

test("the best feed is tried again when a new connection is asked for", async (t) => {
  const server = await couch(t);
  server.refused.add("eventsource").add("continuous");
  const own = follow(t, server.url);
  await converse(server, own, 1);
  await own.until("longpoll", () => server.feeds.at(-1) === "longpoll");
  server.refused.clear();
  own.stream.reconnect();
  await own.until("eventsource", () => server.feeds.at(-1) === "eventsource");
  await converse(server, own, 4);
  assert.deepEqual(numbers(own), upTo(6));
});

test("moving between all feeds over and over, each change comes once", async (t) => {
  const server = await couch(t);
  const own = follow(t, server.url, { limit: 5 });
  await converse(server, own, 1);
  let last = 3;
  for (let round = 0; round < 12; round += 1) {
    server.refused.clear();
    FEEDS.slice(0, round % 4).forEach((name) => server.refused.add(name));
    for (const end = last + 17; last < end; ) server.write(`d${(last += 1)}`);
    own.stream.reconnect();
    await own.until("the changes", () => own.events.length >= last);
    await own.until("the feed", () => server.feeds.at(-1) === FEEDS[round % 4]);
    if (round % 4 < 2) server.cut({ after: round * 7 });
  }
  await aWhile(50);
  assert.deepEqual(numbers(own).sort((one, other) => one - other), upTo(last));
});

test("drain reads to the end, page by page, whatever the feed", async (t) => {
  const server = await couch(t);
  for (let number = 1; number <= 30; number += 1) server.write(`d${number}`);
  const own = follow(t, server.url, { limit: 10 });
  await own.received(30);
  await own.until("the feed", () => server.feeds.at(-1) === "eventsource");
  server.write("d31");
  await own.stream.drain();
  assert.equal(own.events.length, 31);
  assert.equal(server.feeds.at(-1), "normal");
  assert.equal(await own.end(), null);
});
