import assert from "node:assert/strict";
import test from "node:test";
import { sse } from "brookmark";
import { runModule } from "../support/child.mjs";
import { answer, event, events, open, serve, silence } from "../support/server.mjs";
import { later, positionIn, storeHolding, webStore } from "../support/stores.mjs";
import { aWhile, quick, until, watch } from "../support/watch.mjs";

test("close() in the middle of a batch delivers nothing more and commits what was handled", async (t) => {
  const server = await serve(t, open(events(1, 100)), (exchange) =>
    exchange.head().write(events(Number(exchange.lastEventId) + 1, 100)),
  );
  const store = webStore();
  const seen = watch(t, server.url, {
    bookmark: "deals",
    store,
    onEvent: (event, stream) => event.id === "50" && void stream.close(),
  });
  assert.equal(await seen.end(), null);
  await seen.stream.closed;
  await aWhile(40);
  assert.equal(seen.ids.length, 50);

  // The handler of event 50 had not returned when it closed the stream: either answer is right.
  const next = watch(t, server.url, { bookmark: "deals", store });
  await next.until("the last event", () => next.ids.at(-1) === "100");
  assert.ok(["49", "50"].includes(server.positions[1]), `continued behind ${server.positions[1]}`);
});

test("nothing happens after close(): no event, no callback, no request", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url);
  await seen.received(1);
  await seen.stream.close();
  const counts = () =>
    ["events", "states", "retries", "gaps", "errors", "commits", "closes"].map((key) => seen[key].length);
  const before = counts();
  assert.equal(seen.states.at(-1), "closed");
  server.exchanges[0].write(event(2));
  await aWhile();
  assert.deepEqual(counts(), before);
  assert.equal(server.exchanges.length, 1);
  assert.deepEqual(seen.closes, [null]);
  assert.ok(server.exchanges[0].abandoned);
});

test("close() while connecting aborts the request", async (t) => {
  const server = await serve(t, silence());
  const seen = watch(t, server.url);
  await seen.until("the request", () => server.exchanges.length === 1);
  await seen.stream.close();
  await seen.until("the connection to be dropped", () => server.exchanges[0].abandoned);
  assert.deepEqual(seen.codes, []);
});

test("close() while waiting cancels the attempt", async (t) => {
  const server = await serve(t, answer(500));
  const seen = watch(t, server.url, { retry: { min: 50, max: 50 } });
  await seen.until("the wait", () => seen.stream.state === "waiting");
  await seen.stream.close();
  await aWhile();
  assert.equal(server.exchanges.length, 1);
});

test("a response that comes after close(), from a fetch deaf to its signal, is let go", async (t) => {
  let answerNow;
  let cancelled = false;
  const body = new ReadableStream({ cancel: () => void (cancelled = true) });
  const seen = watch(t, "http://source.invalid/", {
    fetch: () => new Promise((resolve) => (answerNow = () => resolve(new Response(body)))),
  });
  await seen.until("the request", () => answerNow !== undefined);
  await seen.stream.close();
  answerNow();
  await until("the body to be cancelled", () => cancelled);
});

test("close() in the function that gives the headers means no request at all", async () => {
  for (const name of ["headers", "auth"]) {
    let sent = 0;
    const stream = sse("http://source.invalid/", {
      onEvent() {},
      fetch: () => Promise.reject(new TypeError(`request ${++sent}`)),
      [name]: () => void stream.close(),
    });
    await stream.closed;
    assert.equal(sent, 0, name);
  }
});

test("close() before the first use is possible, and twice is once", async (t) => {
  const stream = sse("http://source.invalid/");
  await stream.close();
  await stream.close();
  await stream.closed;
  assert.equal(stream.state, "closed");
  const iterator = stream[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).done, true);
});

test("close() resolves when a slow store has the bookmark", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const store = webStore();
  const { setItem } = store;
  store.setItem = async (key, value) => {
    await aWhile(60);
    setItem(key, value);
  };
  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.received(3);
  await seen.stream.close();
  assert.equal(seen.stream.position, "3");
  assert.equal(positionIn([...store.entries.values()][0]), "3");
});

test("an event whose handler is at work at close() is not committed by it later", async (t) => {
  const server = await serve(t, open(events(1, 2)));
  const store = webStore();
  let finish;
  const seen = watch(t, server.url, {
    bookmark: "deals",
    store,
    onEvent: (event) => event.id === "2" && new Promise((resolve) => (finish = resolve)),
  });
  await seen.until("the second event", () => finish !== undefined);
  await seen.stream.close();
  const kept = [...store.entries.values()][0];
  finish();
  await aWhile(40);
  assert.equal([...store.entries.values()][0], kept);
  assert.equal(seen.stream.position, "1");
});

test("the other methods do nothing after close()", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url);
  await seen.received(1);
  await seen.stream.close();
  seen.stream.pause();
  seen.stream.resume();
  for (const act of [() => seen.stream.reconnect(), () => seen.stream.seek("1")]) {
    try {
      act();
    } catch (error) {
      assert.equal(error.code, "closed");
    }
  }
  await aWhile();
  assert.equal(seen.stream.state, "closed");
  assert.equal(server.exchanges.length, 1);
  assert.equal(seen.stream.stats().events, 1);
});

test("an abort signal closes the stream and settles a pending next()", async (t) => {
  const server = await serve(t, open(event(1)));
  const control = new AbortController();
  const stream = sse(server.url, { signal: control.signal, retry: quick });
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  const pending = Promise.allSettled([iterator.next()]);
  control.abort();
  await Promise.race([pending, later().then(() => aWhile(2_000)).then(() => assert.fail("never settled"))]);
  assert.equal(stream.state, "closed");
  await until("the connection to be dropped", () => server.exchanges[0].abandoned);
  await aWhile(60);
  assert.equal(server.exchanges.length, 1);
});

test("a signal that has already aborted means no request at all", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url, { signal: AbortSignal.abort() });
  await seen.end();
  await aWhile(60);
  assert.equal(server.exchanges.length, 0);
  assert.deepEqual(seen.ids, []);
});

test("a closed stream leaves no listener on the signal", async (t) => {
  const server = await serve(t, open(event(1)));
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
  };
  const seen = watch(t, server.url, { signal });
  await seen.received(1);
  assert.equal(listeners.size, 1);
  await seen.stream.close();
  assert.equal(listeners.size, 0);
});

test("a failed stream with nobody to tell is an unhandled rejection", async (t) => {
  const server = await serve(t, answer(404));
  const { code, err } = await runModule(`
    import { sse } from "brookmark";
    sse("${server.url}", { onEvent() {} });
  `);
  assert.equal(code, 1);
  assert.ok(err.includes("BrookmarkError") && err.includes("404"), err);
});

test("a failed stream whose onError has heard of it raises no unhandled rejection", async (t) => {
  const rejections = [];
  const note = (reason) => rejections.push(reason);
  process.on("unhandledRejection", note);
  t.after(() => process.off("unhandledRejection", note));
  const server = await serve(t, answer(404));
  await watch(t, server.url).end();
  await aWhile(60);
  assert.deepEqual(rejections, []);
});

/** A source that gives no end of reasons to call back. */
const callbacks = {
  onError: { options: { fetch: () => Promise.reject(new Error("no network")) }, isTime: () => true },
  "onState, while loading": { name: "onState", options: {}, isTime: (state) => state === "loading" },
  "onState, while connecting": { name: "onState", options: {}, isTime: (state) => state === "connecting" },
  onGap: { options: { bookmark: "deals", store: storeHolding("junk") }, isTime: () => true },
  "onError, before a gap": {
    name: "onError",
    options: { bookmark: "deals", store: { ...webStore(), getItem: () => Promise.reject(new Error("no")) } },
    isTime: () => true,
  },
};

for (const [where, { name = where, options, isTime }] of Object.entries(callbacks)) {
  test(`close() in ${where} lets nothing follow but the end`, async (t) => {
    const server = await serve(t, open(events(1, 2)));
    let log = null;
    const note = (what) => log?.push(what);
    const hooks = ["onEvent", "onState", "onRetry", "onGap", "onCommit", "onError", "onClose"].map((hook) => [
      hook,
      (detail, stream) => {
        note(hook === "onState" ? `${hook} ${detail}` : hook);
        if (hook !== name || log || !isTime(detail)) return;
        log = [];
        void stream.close();
      },
    ]);
    const headers = () => (note("headers"), {});
    const stream = sse(server.url, { retry: quick, headers, ...options, ...Object.fromEntries(hooks) });
    t.after(() => stream.close());
    for (const type of ["state", "retry", "gap", "commit", "error", "close"]) {
      stream.addEventListener(type, ({ detail }) => note(type === "state" ? `${type} ${detail}` : type));
    }
    await until("close() to be called", () => log !== null);
    await stream.closed;
    await aWhile(60);
    assert.deepEqual(log, ["onState closed", "state closed", "onClose", "close"]);
    assert.equal(stream.state, "closed");
    assert.equal(server.exchanges.length, 0);
  });
}

test("a handler that rejects after close() calls nothing", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const store = webStore();
  const saving = [];
  const { setItem } = store;
  store.setItem = (...record) => new Promise((resolve) => saving.push(() => resolve(setItem(...record))));
  const asked = [];
  let reject;
  const seen = watch(t, server.url, {
    bookmark: "deals",
    store,
    onHandlerError: (error) => (asked.push(error), "skip"),
    onEvent: (event) => event.id === "2" && new Promise((_, no) => (reject = no)),
  });
  await seen.until("the second event, and a save", () => reject !== undefined && saving.length > 0);
  const closing = seen.stream.close();
  reject(new Error("late"));
  await aWhile(40);
  // The bookmark is still being written, so the end has not come yet.
  assert.deepEqual([asked, seen.errors, seen.closes, seen.ids], [[], [], [], ["1", "2"]]);
  saving.shift()();
  await closing;
  assert.deepEqual([asked, seen.errors, seen.closes, seen.ids], [[], [], [null], ["1", "2"]]);
  assert.equal(seen.stream.position, "1");
});

test("with a signal that has already aborted, listeners added at once hear the end", async (t) => {
  for (const options of [{}, { onEvent() {} }]) {
    const stream = sse("http://source.invalid/", {
      signal: AbortSignal.abort(),
      fetch: () => assert.fail(),
      ...options,
    });
    t.after(() => stream.close());
    const heard = [];
    for (const type of ["state", "error", "close"]) {
      stream.addEventListener(type, ({ detail }) => heard.push([type, detail]));
    }
    await stream.closed;
    assert.deepEqual(heard, [
      ["state", "closed"],
      ["close", null],
    ]);
  }
});
