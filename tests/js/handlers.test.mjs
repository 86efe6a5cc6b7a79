import assert from "node:assert/strict";
import test from "node:test";
import { runModule } from "../support/child.mjs";
import { ended, event, events, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, watch } from "../support/watch.mjs";

const boom = new Error("boom");

/** Two ways for a handler to fail. */
const failures = {
  throws: () => {
    throw boom;
  },
  rejects: () => Promise.reject(boom),
};

for (const [how, fail] of Object.entries(failures)) {
  test(`a handler that ${how} ends the stream; its event comes again at the next start`, async (t) => {
    const server = await serve(t, open(events(1, 3)), open(events(2, 3)));
    const store = webStore();
    const seen = watch(t, server.url, {
      bookmark: "deals",
      store,
      onEvent: (event) => event.id === "2" && fail(),
    });
    const error = await seen.end();
    assert.equal(error.code, "handler");
    assert.equal(error.culprit, "handler");
    assert.equal(error.cause, boom);
    assert.equal(error.retryable, false);
    assert.equal(seen.stream.position, "1");
    await assert.rejects(seen.stream.closed, { code: "handler" });
    assert.deepEqual(seen.ids, ["1", "2"]);

    const again = watch(t, server.url, { bookmark: "deals", store });
    await again.received(2);
    assert.deepEqual(again.ids, ["2", "3"]);
    assert.equal(server.positions[1], "1");
  });

  test(`with onHandlerError: skip, a handler that ${how} is reported and its event committed`, async (t) => {
    const server = await serve(t, open(events(1, 3)));
    const seen = watch(t, server.url, {
      onHandlerError: "skip",
      onEvent: (event) => event.id === "2" && fail(),
    });
    await seen.received(3);
    await seen.until("the commit", () => seen.stream.position === "3");
    assert.deepEqual(seen.codes, ["handler"]);
    assert.equal(seen.errors[0].cause, boom);
    assert.equal(seen.errors[0].retryable, true);
  });

  test(`with onHandlerError: retry, a handler that ${how} is called again with the same event`, async (t) => {
    const server = await serve(t, open(events(1, 3)));
    const moments = [];
    const seen = watch(t, server.url, {
      retry: { min: 20, max: 500, jitter: 0 },
      onHandlerError: "retry",
      onEvent(event) {
        if (event.id !== "2") return undefined;
        moments.push(performance.now());
        return moments.length < 4 ? fail() : undefined;
      },
    });
    await seen.until("the third try", () => moments.length === 3);
    assert.notEqual(seen.stream.position, "2");
    await seen.until("the commit", () => seen.stream.position === "3");
    assert.deepEqual(seen.ids, ["1", "2", "2", "2", "2", "3"]);
    assert.equal(seen.events[1], seen.events[2]);
    assert.deepEqual(seen.codes, ["handler", "handler", "handler"]);
    const [one, two, three] = moments.slice(1).map((moment, n) => moment - moments[n]);
    assert.ok(one >= 18 && two >= 38 && three >= 78, `${one}, ${two}, ${three} ms`);
    assert.equal(server.exchanges.length, 1);
  });
}

test("a function as onHandlerError decides for each event", async (t) => {
  const server = await serve(t, open(events(1, 3)));
  const asked = [];
  const seen = watch(t, server.url, {
    onHandlerError(error, event) {
      asked.push([error.code, event.id]);
      return event.id === "3" ? "stop" : "skip";
    },
    onEvent: failures.throws,
  });
  assert.equal((await seen.end()).code, "handler");
  assert.deepEqual(asked, [
    ["handler", "1"],
    ["handler", "2"],
    ["handler", "3"],
  ]);
  assert.equal(seen.stream.position, "2");
});

test("a function as onHandlerError that says nothing means stop", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url, { onHandlerError: () => undefined, onEvent: failures.throws });
  assert.equal((await seen.end()).code, "handler");
  assert.equal(seen.stream.position, null);
});

test("a function as onHandlerError that throws is an uncaught error, and means stop", async (t) => {
  const server = await serve(t, open(event(1)));
  const { code, out, err } = await runModule(`
    import { sse } from "brookmark";
    process.on("uncaughtException", (error) => console.log("uncaught", error.message));
    const fail = (what) => () => { throw new Error(what); };
    const stream = sse("${server.url}", { onEvent: fail("handler"), onHandlerError: fail("policy") });
    await stream.closed.catch((error) => console.log(error.code, stream.position));
  `);
  assert.equal(code, 0, err);
  assert.deepEqual(out.split("\n").sort(), ["handler null", "uncaught policy"]);
});

test("no event is handed over while the one before is being handled", async (t) => {
  const server = await serve(t, open(events(1, 20)));
  let running = 0;
  const seen = watch(t, server.url, {
    async onEvent() {
      running += 1;
      assert.equal(running, 1);
      await aWhile(1);
      running -= 1;
    },
  });
  await seen.received(20);
  assert.deepEqual(
    seen.ids,
    Array.from({ length: 20 }, (_, n) => String(n + 1)),
  );
});

test("the bookmark waits for the handler's promise", async (t) => {
  const server = await serve(t, open(events(1, 2)));
  let finish;
  const seen = watch(t, server.url, {
    onEvent: (event) => event.id === "2" && new Promise((resolve) => (finish = resolve)),
  });
  await seen.until("the second event", () => finish !== undefined);
  await aWhile(50);
  assert.equal(seen.stream.position, "1");
  assert.equal(seen.stream.stats().pending, 1);
  finish();
  await seen.until("the commit", () => seen.stream.position === "2");
  assert.equal(seen.stream.stats().pending, 0);
});

test("what another callback throws is an uncaught error, and stops no stream", async (t) => {
  const server = await serve(t, ended(event(1)), open(event(2)));
  const { code, out, err } = await runModule(`
    import { sse } from "brookmark";
    const uncaught = [];
    process.on("uncaughtException", (error) => uncaught.push(error.message));
    const fail = (what) => () => { throw new Error(what); };
    const stream = sse("${server.url}", {
      retry: { min: 10, max: 20 },
      onRetry: fail("mine"),
      onEvent: (event) => event.id === "2" && setTimeout(() => stream.close(), 20),
    });
    stream.addEventListener("retry", fail("listener"));
    await stream.closed;
    console.log(stream.position, uncaught.sort().join());
  `);
  assert.equal(code, 0, err);
  assert.equal(out, "2 listener,mine");
});

test("payloads that do not decode follow onHandlerError", async (t) => {
  const wire = 'id: 1\ndata: {"n":1}\n\nid: 2\ndata: {oops\n\nid: 3\ndata: [3]\n\n';
  const server = await serve(t, open(wire));
  const skipped = watch(t, server.url, { decode: "json", onHandlerError: "skip" });
  await skipped.received(2);
  assert.deepEqual(skipped.data, [{ n: 1 }, [3]]);
  assert.deepEqual(skipped.codes, ["decode"]);
  assert.equal(skipped.errors[0].culprit, "peer");
  assert.ok(skipped.errors[0].cause instanceof SyntaxError);
  await skipped.until("the commit", () => skipped.stream.position === "3");

  const stopped = watch(t, server.url, { decode: "json" });
  assert.equal((await stopped.end()).code, "decode");
  assert.deepEqual(stopped.data, [{ n: 1 }]);
  assert.equal(stopped.stream.position, "1");
});

test("a promise-like object whose then throws is a failed handler", async (t) => {
  const server = await serve(t, open(events(1, 2)));
  const seen = watch(t, server.url, {
    onHandlerError: "skip",
    onEvent: (event) => event.id === "1" && { then: failures.throws },
  });
  await seen.until("the commit", () => seen.stream.position === "2");
  assert.deepEqual(seen.ids, ["1", "2"]);
  assert.deepEqual(seen.codes, ["handler"]);
  assert.equal(seen.errors[0].cause, boom);
});
