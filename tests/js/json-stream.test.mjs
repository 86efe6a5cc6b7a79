import assert from "node:assert/strict";
import test from "node:test";
import { serve } from "../support/server.mjs";
import { broken, byId, ended, lines, open, watchJson } from "../support/records.mjs";
import { webStore } from "../support/stores.mjs";

const ids = (seen) => seen.data.map((record) => record.id);

test("records arrive parsed, with their number and offset, as soon as they are whole", async (t) => {
  const server = await serve(t, open('\n{"a":"ż"}\n\n{"b":[1,2]}\nnull\n{"not":'));
  const seen = watchJson(t, server.url);
  await seen.received(3);
  assert.deepEqual(
    seen.events.map(({ type, data, id, position, record, offset }) => ({ type, data, id, position, record, offset })),
    [
      { type: "message", data: { a: "ż" }, id: "", position: null, record: 1, offset: 1 },
      { type: "message", data: { b: [1, 2] }, id: "", position: null, record: 2, offset: 13 },
      { type: "message", data: null, id: "", position: null, record: 3, offset: 25 },
    ],
  );
  assert.match(server.exchanges[0].headers.accept, /^application\/json-seq, application\/x-ndjson/);
});

test("the position is found by its pointer, goes where it is asked to, and outlives the stream", async (t) => {
  const server = await serve(t, ended(lines(1, 2) + '{"id":9007199254740993}\n'), open('{"id":"x/y"}\n'), open(""));
  const options = { position: "/id", resume: { query: "after" }, bookmark: "deals", store: webStore() };
  const seen = watchJson(t, `${server.url}?q=1`, options);
  await seen.received(4);
  assert.deepEqual(seen.ids, ["1", "2", "9007199254740993", "x/y"]);
  await seen.stream.close();
  const again = watchJson(t, `${server.url}?q=1`, options);
  await again.until("its request", () => server.exchanges.length === 3);
  assert.deepEqual(
    server.exchanges.map((exchange) => exchange.path),
    ["/events?q=1", "/events?q=1&after=9007199254740993", "/events?q=1&after=x%2Fy"],
  );
});

test("a cut in the middle of a record loses nothing", async (t) => {
  const server = await serve(t, broken(`${lines(1, 2)}{"id":3,"te`), open(lines(3, 4)));
  const seen = watchJson(t, server.url, byId);
  await seen.received(4);
  assert.deepEqual(ids(seen), [1, 2, 3, 4]);
  assert.deepEqual(server.positions, [null, "2"]);
});
