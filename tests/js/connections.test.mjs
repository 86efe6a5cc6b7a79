import assert from "node:assert/strict";
import { createServer } from "node:http";
import test from "node:test";
import { broken, deadUrl, event, open, serve, silence } from "../support/server.mjs";
import { aWhile, sleep, watch } from "../support/watch.mjs";

test("a refused connection is reported and tried again until the server is there", async (t) => {
  const url = await deadUrl();
  const seen = watch(t, url);
  await seen.until("two failures", () => seen.errors.length >= 2);
  for (const error of seen.errors) {
    assert.equal(error.code, "network");
    assert.equal(error.culprit, "transport");
    assert.equal(error.retryable, true);
    assert.equal(error.status, undefined);
    assert.ok(error.cause instanceof Error);
  }
  assert.equal(seen.errors[1].attempt, seen.errors[0].attempt + 1);

  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(event(1));
  });
  server.listen(Number(new URL(url).port), "127.0.0.1");
  t.after(() => server.close() && server.closeAllConnections());
  await seen.received(1);
});

test("a reset connection is reported and resumed behind the last event", async (t) => {
  const server = await serve(t, broken(`${event(1)}${event(2)}id: 3\ndata: ha`), open(event(3)));
  const seen = watch(t, server.url);
  await seen.received(3);
  assert.deepEqual(seen.data, ["event 1", "event 2", "event 3"]);
  assert.deepEqual(server.positions, [null, "2"]);
  assert.deepEqual(seen.codes, ["network"]);
});

test("half an event at the end of a response is dropped, its id too", async (t) => {
  const server = await serve(
    t,
    (exchange) => exchange.head().write(`${event(1)}id: 2\ndata: half\n`).end(),
    open(event(2)),
  );
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.deepEqual(seen.data, ["event 1", "event 2"]);
  assert.deepEqual(server.positions, [null, "1"]);
});

test("a response that does not begin within connectTimeout is given up", async (t) => {
  const server = await serve(t, silence(), open(event(1)));
  const started = performance.now();
  const seen = watch(t, server.url, { connectTimeout: 300 });
  await seen.received(1);
  assert.deepEqual(seen.codes, ["connect-timeout"]);
  assert.equal(seen.errors[0].culprit, "transport");
  assert.ok(performance.now() - started >= 298);
  assert.ok(server.exchanges[0].abandoned, "the first request was not aborted");
});

test("a connection that falls silent for idleTimeout is given up and resumed", async (t) => {
  const server = await serve(t, open(event(1)), open(event(2)));
  const seen = watch(t, server.url, { idleTimeout: 80 });
  await seen.received(2);
  assert.equal(seen.codes[0], "idle-timeout");
  assert.deepEqual(server.positions.slice(0, 2), [null, "1"]);
  assert.ok(server.exchanges[0].abandoned, "the first request was not aborted");
});

test("comments and blank lines keep a connection alive", async (t) => {
  const server = await serve(t, async (exchange) => {
    exchange.head().write(event(1));
    for (let beat = 0; beat < 24; beat += 1) {
      await sleep(30);
      exchange.write(beat % 2 === 0 ? ":\n" : "\n");
    }
    exchange.write(event(2));
  });
  const seen = watch(t, server.url, { idleTimeout: 400 });
  await seen.received(2);
  assert.deepEqual(seen.codes, []);
  assert.equal(server.exchanges.length, 1);
});

test("idleTimeout: false waits for ever", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url, { idleTimeout: false });
  await seen.received(1);
  await aWhile(200);
  assert.equal(seen.stream.state, "open");
});

test("a fetch that rejects with something that is no Error is a network error", async (t) => {
  let calls = 0;
  const seen = watch(t, "http://source.invalid/", {
    fetch: (url, init) => {
      calls += 1;
      if (calls === 1) return Promise.reject("just a string");
      if (calls === 2) throw null;
      return new Promise((_, reject) =>
        init.signal.addEventListener("abort", () => reject(init.signal.reason)),
      );
    },
  });
  await seen.until("the third call", () => calls === 3);
  assert.deepEqual(seen.codes, ["network", "network"]);
  assert.equal(seen.errors[0].cause, "just a string");
});

/** Responses that cannot be used, though their status is good. */
const unusable = {
  "whose body gives text": (body) => ({
    status: 200,
    headers: new Headers({ "content-type": "text/event-stream" }),
    body,
  }),
  "whose headers cannot be gone through": (body) => ({
    status: 200,
    headers: { get: () => "text/event-stream" },
    body,
  }),
};

for (const [what, respond] of Object.entries(unusable)) {
  test(`a response ${what} is let go before the next attempt`, async (t) => {
    const open = new Set();
    const openAtAttempts = [];
    const seen = watch(t, "http://source.invalid/", {
      fetch: async (_, { signal }) => {
        const call = openAtAttempts.push(open.size);
        open.add(call);
        signal.addEventListener("abort", () => open.delete(call));
        return respond(
          new ReadableStream({
            start: (controller) => controller.enqueue("data: text\n\n"),
            cancel: () => void open.delete(call),
          }),
        );
      },
    });
    await seen.until("four attempts", () => openAtAttempts.length >= 4);
    assert.deepEqual(openAtAttempts.slice(0, 4), [0, 0, 0, 0]);
    assert.equal(seen.codes[0], "network");
    await seen.stream.close();
    assert.equal(open.size, 0);
  });
}

test("a fetch that gives no body to read is told of, and so is what it has to say without one", async (t) => {
  const headers = new Headers({ "content-type": "text/event-stream" });
  const seen = watch(t, "http://source.invalid/", { fetch: async () => ({ status: seen.retries.length > 1 ? 403 : 200, headers }) });
  assert.equal((await seen.end()).status, 403);
  assert.deepEqual(seen.codes, ["network", "network", "forbidden"]);
  assert.match(seen.errors[0].message, /no body that can be read in pieces/);
});

test("the headers count as they were before the body was taken", async (t) => {
  let isTaken = false;
  const response = {
    status: 200,
    get headers() {
      return isTaken ? [] : [["content-type", "text/event-stream"]];
    },
    get body() {
      isTaken = true;
      return new Response(event(1)).body;
    },
  };
  const seen = watch(t, "http://source.invalid/", { fetch: async () => response, retry: false });
  await seen.received(1);
  assert.equal(await seen.end(), null);
});

for (const [how, cancel] of Object.entries({
  "gives no promise": () => undefined,
  throws: () => {
    throw new Error("not now");
  },
})) {
  test(`a body whose cancel ${how} does not keep the stream from going on, or from closing`, async (t) => {
    let count = 0;
    const reader = () => {
      const chunks = [new TextEncoder().encode(event(++count))];
      return { read: () => (chunks.length > 0 ? { done: false, value: chunks.shift() } : new Promise(() => {})), cancel };
    };
    const fetch = async () => ({ status: 200, headers: [["content-type", "text/event-stream"]], body: { getReader: reader } });
    const seen = watch(t, "http://source.invalid/", { fetch });
    await seen.received(1);
    seen.stream.reconnect();
    await seen.received(2);
    await seen.stream.close();
    assert.deepEqual([seen.ids, seen.codes], [["1", "2"], []]);
  });
}
