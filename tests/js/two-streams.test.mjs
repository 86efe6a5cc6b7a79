// One bookmark, two streams: whoever finds that another one has moved it, stops.

import assert from "node:assert/strict";
import test from "node:test";
import { clearBookmark, jsonStream, poll, sse } from "brookmark";
import { event, events, open, serve } from "../support/server.mjs";
import { keyValueStore, later, positionIn, webStore } from "../support/stores.mjs";
import { watch, watchWith } from "../support/watch.mjs";

const stores = {
  "getItem/setItem, sync": () => webStore(),
  "getItem/setItem, async": () => webStore(new Map(), later),
  "get/put, async": () => keyValueStore(new Map(), later),
};

for (const [name, make] of Object.entries(stores)) {
  test(`of two streams on one bookmark, the one that comes second to write stops (${name})`, async (t) => {
    const server = await serve(t, open(""));
    const store = make();
    const first = watch(t, server.url, { bookmark: "deals", store });
    const second = watch(t, server.url, { bookmark: "deals", store });
    await second.until("two connections", () => first.stream.state === "open" && second.stream.state === "open");
    server.exchanges[0].write(events(1, 3));
    await first.until("its commit", () => first.stream.position === "3" && first.commits.includes("3"));
    server.exchanges[1].write(event(1));
    const error = await second.end();
    assert.equal(error.code, "bookmark-conflict");
    assert.equal(error.culprit, "store");
    assert.equal(error.retryable, false);
    assert.equal(positionIn(store.entries.get("brookmark:deals")), "3", "what the first has kept stands");
    server.exchanges[0].write(event(4));
    await first.until("another commit", () => first.commits.includes("4"));
    assert.deepEqual([first.codes, second.commits], [[], []]);
  });
}

test("all kinds of streams stop", async (t) => {
  const lines = await serve(t, (exchange) => void exchange.head(200, { "content-type": "application/json" }).write('{"id":"9"}\n'));
  const page = await serve(t, (exchange) => void exchange.head(200, { "content-type": "application/json" }).write('[{"id":9}]').end());
  for (const make of [
    (options) => watchWith(jsonStream, t, lines.url, { framing: "lines", position: "/id", resume: { query: "since" }, ...options }),
    (options) => watchWith(poll, t, page.url, { position: { item: "/id", kind: "decimal" }, resume: { query: "since" }, ...options }),
  ]) {
    const store = webStore();
    const { getItem } = store;
    let reads = 0;
    store.getItem = (key) => ((reads += 1) === 1 ? null : (getItem(key) ?? "brookmark/1 of another stream"));
    assert.equal((await make({ bookmark: "deals", store }).end()).code, "bookmark-conflict");
    assert.equal(store.entries.size, 0);
  }
});

test("a bookmark that was cleared meanwhile is no conflict", async (t) => {
  const server = await serve(t, open(event(1)));
  const store = webStore();
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.until("a commit", () => seen.commits.length === 1);
  await clearBookmark("deals", store);
  server.exchanges[0].write(event(2));
  await seen.until("another commit", () => seen.commits.length === 2);
  assert.deepEqual(seen.codes, []);
});

test("a store that answers with what it had a while ago is no conflict", async (t) => {
  const server = await serve(t, open(""));
  const store = keyValueStore(new Map(), later);
  const { get } = store;
  let stale;
  store.get = async (key) => stale ?? (await get(key));
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.until("the connection", () => seen.stream.state === "open");
  for (let id = 1; id <= 5; id += 1) {
    server.exchanges[0].write(event(id));
    await seen.until(`commit ${id}`, () => seen.commits.includes(String(id)));
    stale ??= store.entries.get("brookmark:deals");
  }
  assert.deepEqual(seen.codes, []);
});

test("a conflict at the very end is told", async (t) => {
  const server = await serve(t, open(event(1)));
  const store = webStore();
  const seen = watch(t, server.url, {
    bookmark: "deals",
    store,
    onEvent(_, stream) {
      store.entries.set("brookmark:deals", "brookmark/1 of another stream");
      stream.close();
    },
  });
  await seen.end();
  assert.deepEqual(seen.codes, ["bookmark-conflict"]);
});
