// What polling costs: when requests go out, and what happens while none does.

import assert from "node:assert/strict";
import test from "node:test";
import { poll } from "brookmark";
import { Rows, rowOptions } from "../support/rows.mjs";
import { serve } from "../support/server.mjs";
import { aWhile, watchWith } from "../support/watch.mjs";

async function table(t, ids) {
  const rows = new Rows({ size: 2 });
  await rows.listen();
  t.after(() => rows.close());
  rows.put(...ids);
  return rows;
}

/** Notes each timer of the package that is set, and each that goes off. Those of the platform's fetch are not meant. */
function spyOnTimers(t) {
  const { setTimeout, setInterval, setImmediate } = globalThis;
  const timers = { set: 0, fired: 0 };
  const isOurs = () => /\/dist\/|\/src\/js\//.test(new Error().stack.split("\n")[3]);
  const spied = (original) => (then, ...rest) => {
    if (!isOurs()) return original(then, ...rest);
    timers.set += 1;
    return original(() => {
      timers.fired += 1;
      then();
    }, ...rest);
  };
  Object.assign(globalThis, { setTimeout: spied(setTimeout), setInterval: spied(setInterval), setImmediate: spied(setImmediate) });
  t.after(() => Object.assign(globalThis, { setTimeout, setInterval, setImmediate }));
  return timers;
}

test("an idle poller costs one request and one timer an interval", async (t) => {
  const rows = await table(t, ["a"]);
  const timers = spyOnTimers(t);
  const store = { saves: 0, getItem: () => null, setItem: () => void (store.saves += 1), removeItem() {} };
  /* Longer than what a stream waits for before it gives its buffers back. */
  const every = 1_200;
  let tops = 0;
  const seen = watchWith(poll, t, rows.url, { ...rowOptions, every, bookmark: "idle", store, onTop: () => (tops += 1) });
  await seen.until("the first top", () => tops === 1);
  const [asked, saves, { states }] = [rows.asked.length, store.saves, seen];
  const told = states.length;
  const { set, fired } = timers;
  const began = performance.now();
  await seen.until("three more", () => tops === 4);
  const took = performance.now() - began;
  assert.deepEqual(rows.asked.slice(asked), ["1", "1", "1"]);
  assert.ok(took >= 3 * every, `three intervals in ${took} ms`);
  assert.equal(timers.fired - fired, 3, "the wait's timer, and no other");
  /* One for the request, which is taken back when it is answered, and one for the wait. */
  assert.ok(timers.set - set <= 4 * 3, `${timers.set - set} timers were set`);
  assert.equal(store.saves, saves);
  assert.deepEqual(states.slice(told), ["connecting", "open", "waiting", "connecting", "open", "waiting", "connecting", "open", "waiting"]);
  await seen.stream.close();
  const after = timers.fired;
  await aWhile();
  assert.equal(timers.fired, after);
});

test("the next page is asked for before the application has the items of this one", async (t) => {
  const page = (ids, next, done) => (exchange) =>
    void exchange.head(200, { "content-type": "application/json" }).write(JSON.stringify({ items: ids.map((id) => ({ id })), next, done })).end();
  for (const headers of [undefined, { "x-own": "1" }, () => ({ "x-own": "1" })]) {
    const server = await serve(t, page(["a", "b"], "2", false), page(["c", "d"], "4", false), page(["e"], "5", true));
    const order = [];
    const seen = watchWith(poll, t, server.url, {
      ...{ items: "/items", id: "/id", position: { body: "/next" }, resume: { query: "since" }, top: { flag: "/done" }, start: "earliest" },
      ...{ headers, every: false },
      fetch: (url, init) => {
        order.push(new URL(url).search);
        return fetch(url, init);
      },
      onEvent: ({ id }) => void order.push(id),
    });
    await seen.stream.closed;
    assert.deepEqual(order, ["", "?since=2", "a", "b", "?since=4", "c", "d", "e"]);
  }
});
