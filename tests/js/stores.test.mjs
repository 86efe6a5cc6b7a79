import assert from "node:assert/strict";
import test from "node:test";
import { clearBookmark, memoryStore, sse } from "brookmark";
import { event, events, open, serve } from "../support/server.mjs";
import { keyValueStore, later, quotaError, webStore } from "../support/stores.mjs";
import { until, watch } from "../support/watch.mjs";

const shapes = {
  "getItem/setItem/removeItem, sync": () => webStore(),
  "getItem/setItem/removeItem, async": () => webStore(new Map(), later),
  "get/put/delete, sync": () => keyValueStore(),
  "get/put/delete, async": () => keyValueStore(new Map(), later),
  "memoryStore()": () => memoryStore(),
};

for (const [name, make] of Object.entries(shapes)) {
  test(`a store of the shape ${name} keeps the place and gives it up`, async (t) => {
    const server = await serve(t, open(event(1)));
    const store = make();
    const first = watch(t, server.url, { bookmark: "deals", store });
    await first.received(1);
    await first.stream.close();
    const second = watch(t, server.url, { bookmark: "deals", store });
    await second.until("two requests", () => server.exchanges.length === 2);
    await second.stream.close();
    await clearBookmark("deals", store);
    const third = watch(t, server.url, { bookmark: "deals", store });
    await third.until("three requests", () => server.exchanges.length === 3);
    assert.deepEqual(server.positions, [null, "1", null]);
    assert.deepEqual([...first.codes, ...second.codes, ...third.codes], []);
  });
}

test("a store that is a class instance is called as a method", async (t) => {
  class Kept {
    #entries = new Map();
    getItem(key) {
      return this.#entries.get(key) ?? null;
    }
    setItem(key, value) {
      this.#entries.set(key, value);
    }
    removeItem(key) {
      this.#entries.delete(key);
    }
  }
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url, { bookmark: "deals", store: new Kept() });
  await seen.until("a commit", () => seen.commits.length === 1);
  assert.deepEqual(seen.codes, []);
});

test("where there is no localStorage, the default store lasts as long as the process", async (t) => {
  const server = await serve(t, open(event(1)));
  for (const asked of [null, "1"]) {
    const stream = sse(server.url, { bookmark: "default-store", onEvent() {} });
    t.after(() => stream.close());
    const before = server.positions.length;
    await until("the request", () => server.positions.length > before);
    await until("the position", () => stream.position === "1");
    await stream.close();
    assert.equal(server.positions.at(-1), asked);
  }
});

test("without a bookmark's name nothing is stored", async (t) => {
  const server = await serve(t, open(event(1)));
  const store = webStore();
  const seen = watch(t, server.url, { store });
  await seen.until("the position", () => seen.stream.position === "1");
  await seen.stream.close();
  assert.equal(store.entries.size, 0);
});

/** Ways in which writing fails; the stream must not care. */
const failingWrites = {
  "throws as a full one does": () => {
    throw quotaError();
  },
  "throws something that is no Error": () => {
    throw "full";
  },
  "rejects": () => Promise.reject(new Error("disk gone")),
};

for (const [name, setItem] of Object.entries(failingWrites)) {
  test(`a store whose setItem ${name} is reported and stops nothing`, async (t) => {
    const server = await serve(t, open(events(1, 3)));
    const seen = watch(t, server.url, { bookmark: "deals", store: { ...webStore(), setItem } });
    await seen.received(3);
    await seen.until("a report", () => seen.errors.length > 0);
    assert.equal(seen.errors[0].code, "store-write");
    assert.equal(seen.errors[0].culprit, "store");
    assert.equal(seen.errors[0].retryable, true);
    assert.deepEqual(seen.commits, []);
    assert.equal(seen.stream.state, "open");
    assert.equal(seen.stream.stats().commits, 0);
    server.exchanges[0].write(event(4));
    await seen.received(4);
    await seen.stream.close();
  });
}

test("a store that is full for a while gets the newest position afterwards", async (t) => {
  const server = await serve(t, open(event(1)), open(""));
  const store = webStore();
  const { setItem } = store;
  let full = true;
  store.setItem = (key, value) => {
    if (full) throw quotaError();
    return setItem(key, value);
  };
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.until("a report", () => seen.codes.includes("store-write"));
  full = false;
  server.exchanges[0].write(event(2));
  await seen.until("a commit", () => seen.commits.length > 0);
  assert.deepEqual(seen.commits, ["2"]);
  await seen.stream.close();
  const next = watch(t, server.url, { bookmark: "deals", store });
  await next.until("two requests", () => server.exchanges.length === 2);
  assert.equal(server.positions[1], "2");
});

/** Ways in which reading fails: there may be a bookmark, so it is a gap. */
const failingReads = {
  "throws": () => {
    throw new DOMException("access is denied", "SecurityError");
  },
  "rejects": () => Promise.reject(new Error("not connected")),
};

for (const [name, getItem] of Object.entries(failingReads)) {
  test(`a store whose getItem ${name} is reported as an error and as a gap`, async (t) => {
    const server = await serve(t, open(event(1)));
    const seen = watch(t, server.url, { bookmark: "deals", store: { ...webStore(), getItem } });
    await seen.received(1);
    assert.deepEqual(
      seen.gaps.map((gap) => gap.reason),
      ["store-read"],
    );
    assert.ok(seen.codes.includes("store-read"), seen.codes.join());
    assert.deepEqual(server.positions, ["earliest"]);
  });
}

/** Makes this process look like a page, as far as stores go, until the test ends. */
function pretendPage(t, localStorage) {
  globalThis.document = {};
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get: localStorage });
  t.after(() => {
    delete globalThis.document;
    delete globalThis.localStorage;
  });
}

const forbidden = () => {
  throw new DOMException("access is denied for this document", "SecurityError");
};

for (const [how, localStorage] of [
  ["throws when it is touched", forbidden],
  ["is not there", () => undefined],
  ["is null", () => null],
]) {
  test(`a page's localStorage that ${how} is reported and stops nothing`, async (t) => {
    pretendPage(t, localStorage);
    const server = await serve(t, open(event(1)));
    const seen = watch(t, server.url, { bookmark: how, store: undefined });
    await seen.received(1);
    assert.deepEqual(seen.codes, ["store-unavailable"]);
    assert.equal(seen.errors[0].culprit, "store");
    await seen.until("the position", () => seen.stream.position === "1");
  });
}

test("a page's localStorage is the default store", async (t) => {
  const store = webStore();
  pretendPage(t, () => store);
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url, { bookmark: "kept", store: undefined });
  await seen.until("a commit", () => seen.commits.length === 1);
  assert.equal(store.entries.size, 1);
  await clearBookmark("kept");
  assert.equal(store.entries.size, 0);
});

test("seek() while the bookmark is still being read does not make its own writes a conflict", async (t) => {
  const server = await serve(t, open(events(6, 7)));
  const store = webStore();
  let answer;
  const { getItem } = store;
  /* The first read is answered when the test says so, with what was there when it was asked. */
  store.getItem = (key) => (answer ? getItem(key) : new Promise((resolve) => (answer = () => resolve(null))));
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.until("the read", () => answer !== undefined);
  seen.stream.seek("5");
  await seen.until("the first commits", () => seen.commits.includes("7"));
  answer();
  server.exchanges[0].write(event(8));
  await seen.until("another commit", () => seen.commits.includes("8") || seen.closes.length > 0);
  assert.deepEqual([seen.codes, seen.closes], [[], []]);
});

test("a store that gives back something that is no text is told as that", async (t) => {
  const server = await serve(t, open(event(1)));
  const store = keyValueStore();
  const { get } = store;
  /* As buckets of objects do. */
  store.get = (key) => get(key) && { body: get(key) };
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.until("the first commit", () => seen.commits.includes("1"));
  server.exchanges[0].write(event(2));
  await seen.until("a report", () => seen.errors.length > 0);
  server.exchanges[0].write(event(3));
  await seen.received(3);
  assert.deepEqual([seen.codes, seen.stream.state], [["store-write"], "open"]);
  assert.match(seen.errors[0].message, /no text/);
});

test("commits of a slow store do not overtake each other", async (t) => {
  const written = [];
  let running = 0;
  const store = webStore();
  const { setItem } = store;
  store.setItem = async (key, value) => {
    running += 1;
    assert.equal(running, 1, "two writes at once");
    await later();
    written.push(value);
    setItem(key, value);
    running -= 1;
  };
  const server = await serve(t, (exchange) => {
    exchange.head();
    let id = 0;
    const timer = setInterval(() => {
      id += 1;
      exchange.write(event(id));
      if (id === 20) clearInterval(timer);
    }, 1);
  });
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.until("the last commit", () => seen.commits.at(-1) === "20");
  assert.deepEqual(seen.codes, []);
  const order = seen.commits.map(Number);
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.equal(written.length, seen.stream.stats().commits);
});
