import assert from "node:assert/strict";
import test from "node:test";
import { ended, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { watch } from "../support/watch.mjs";

const record = (seq) => `data: {"seq":${seq},"text":"event"}\n\n`;

test("position: a pointer into the payload is the id, digit for digit, and where the source resumes", async (t) => {
  const server = await serve(t, ended(record("9007199254740993") + record('"a/\\u00e9"')), open(record(3)));
  const store = webStore();
  const options = { position: "/seq", bookmark: "deals", store, decode: "json" };
  const seen = watch(t, server.url, options);
  await seen.received(3);
  assert.deepEqual(seen.ids, ["9007199254740993", "a/é", "3"]);
  assert.deepEqual(
    seen.events.map((event) => event.position),
    seen.ids,
  );
  assert.equal(server.positions[1], "a/é");
  await seen.stream.close();
  assert.equal(seen.stream.position, "3");

  const again = watch(t, server.url, options);
  await again.until("the request", () => server.exchanges.length === 3);
  assert.equal(server.positions[2], "3");
});

test("position: a payload without it, and id lines, leave the position", async (t) => {
  const server = await serve(t, ended(`${record(1)}id: 9\ndata: {}\n\nid: 10\n\n`), open(""));
  const seen = watch(t, server.url, { position: "/seq" });
  await seen.until("the second request", () => server.exchanges.length === 2);
  assert.deepEqual(seen.ids, ["1", "1"]);
  assert.equal(server.positions[1], "1");
});

test("decode: json commits an event without data unseen, as sources send one to say where they stand", async (t) => {
  const server = await serve(t, ended("id: 1\ndata:\n\n"), open("id: 2\ndata: {}\n\nid: 3\ndata\n\n"));
  const seen = watch(t, server.url, { decode: "json" });
  await seen.until("the last position", () => seen.stream.position === "3");
  assert.equal(server.positions[1], "1");
  assert.deepEqual(seen.ids, ["2"]);
  assert.deepEqual(seen.codes, []);
});
