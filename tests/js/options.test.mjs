import assert from "node:assert/strict";
import test from "node:test";
import { BrookmarkError, sse } from "brookmark";
import { runModule } from "../support/child.mjs";
import { answer, ended, event, open, serve } from "../support/server.mjs";
import { aWhile, watch } from "../support/watch.mjs";

const urls = [
  "",
  "http://",
  "not a url",
  "/relative",
  "ftp://example.org/",
  "ws://example.org/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "mailto:a@example.org",
  "data:text/event-stream,data:x",
  "http://example.org:99999/",
  "http://user:password@example.org/",
  null,
  undefined,
  42,
  {},
];

for (const url of urls) {
  test(`the URL ${JSON.stringify(url)} is refused on the spot`, () => {
    assert.throws(
      () => sse(url),
      (error) => {
        assert.ok(error instanceof BrookmarkError);
        assert.equal(error.code, "bad-url");
        assert.equal(error.culprit, "misuse");
        return true;
      },
    );
  });
}

test("in a page, what is no URL is not taken for the name of a file beside it", async () => {
  const { out, err } = await runModule(`
    globalThis.location = new URL("http://127.0.0.1:9/page");
    const { sse } = await import("brookmark");
    const codes = [undefined, null, 42, {}, { href: 5 }].map((url) => {
      try {
        return sse(url).state;
      } catch ({ code }) {
        return code;
      }
    });
    console.log(String(codes), sse("beside").state);
  `);
  assert.equal(out, "bad-url,bad-url,bad-url,bad-url,bad-url idle", err);
});

test("a URL object is taken", async (t) => {
  const server = await serve(t, open(event(1)));
  await watch(t, new URL(server.url)).received(1);
});

const options = [
  { retry: { min: -1 } },
  { retry: { min: NaN } },
  { retry: { max: "60" } },
  { retry: { factor: 0.5 } },
  { retry: { jitter: 1.5 } },
  { retry: { jitter: -0.1 } },
  { retry: { attempts: 0 } },
  { retry: true },
  { retry: 5 },
  { connectTimeout: 0 },
  { connectTimeout: -5 },
  { connectTimeout: "soon" },
  { idleTimeout: 0 },
  { idleTimeout: true },
  { highWaterMark: 0 },
  { maxEventBytes: 0 },
  { maxEventBytes: -1 },
  { concurrency: 0 },
  { commit: "later" },
  { decode: "xml" },
  { start: "yesterday" },
  { start: { position: 12 } },
  { start: {} },
  { onOversize: "explode" },
  { onGap: "ignore" },
  { onHandlerError: "ignore" },
  { store: {} },
  { store: "localStorage" },
  { store: { getItem() {} } },
  { bookmark: 7 },
  { bookmark: "" },
  { onEvent: "log" },
  { onState: 1 },
  { headers: 5 },
  { auth: 5 },
  { fetch: "fetch" },
  { signal: {} },
  { credentials: "sometimes" },
  { repeatable: 1 },
  { repeatable: true, method: "POST", body: new ReadableStream() },
  { events: "deal" },
  { events: [1] },
  { done: 1 },
  { position: "seq" },
  { position: "/a~" },
  { position: 7 },
  { lastEventId: "Last-Event-ID" },
  { lastEventId: {} },
  { lastEventId: { header: "a b" } },
  { lastEventId: { query: "a", body: "/b" }, method: "POST", body: {} },
  { lastEventId: { body: "a" }, method: "POST", body: {} },
  { lastEventId: { body: "" }, method: "POST", body: {} },
  { lastEventId: { body: "/a~2" }, method: "POST", body: {} },
  { lastEventId: { body: "/a" }, method: "POST", body: "{}" },
  { lastEventId: { body: "/a/b" }, method: "POST", body: { a: 1 } },
  { lastEventId: { body: "/a/1" }, method: "POST", body: { a: [0] } },
  { lastEventId: { body: "/a/length" }, method: "POST", body: { a: [0] } },
  { lastEventId: { body: "/a" } },
  { body: { toJSON: () => undefined }, method: "POST" },
  { lastEventId: { body: "/a", number: true }, start: { position: "x" }, method: "POST", body: {} },
  { position: "X-Begins" },
  { position: { header: "a b" } },
  { onComment: "log" },
  { pauseWhenHidden: 1 },
  { transport: "websocket" },
  { transport: "native" },
  { lastEventId: { header: "no good" } },
  { method: "" },
  { method: "NO GOOD" },
  { body: "question" },
  { body: "question", method: "GET" },
  { body: "question", method: "head" },
];

for (const option of options) {
  const shown = JSON.stringify(option, (_, value) =>
    typeof value === "function" || Number.isNaN(value) ? String(value) : value,
  );
  test(`the option ${shown} is refused on the spot, by its name`, () => {
    const [name] = Object.keys(option);
    assert.throws(
      () => sse("http://source.invalid/", option),
      (error) => {
        assert.ok(error instanceof BrookmarkError, String(error));
        assert.equal(error.code, "bad-option");
        assert.equal(error.culprit, "misuse");
        assert.ok(error.message.includes(name), error.message);
        return true;
      },
    );
  });
}

test("an option that is undefined is an option not given", async (t) => {
  const server = await serve(t, open(event(1)));
  const names = options.map((option) => Object.keys(option)[0]).filter((name) => name !== "onEvent");
  const seen = watch(t, server.url, Object.fromEntries(names.map((name) => [name, undefined])));
  await seen.received(1);
});

test("a POST is sent once and its end is the stream's end", async (t) => {
  const server = await serve(t, ended(event(1)));
  const seen = watch(t, server.url, { method: "POST", body: "question" });
  assert.equal(await seen.end(), null);
  assert.deepEqual(seen.ids, ["1"]);
  await aWhile(80);
  assert.equal(server.exchanges.length, 1);
  assert.equal(server.exchanges[0].method, "POST");
  assert.equal(server.exchanges[0].body, "question");
});

test("a POST that fails is not repeated and says so", async (t) => {
  const server = await serve(t, answer(500));
  const seen = watch(t, server.url, { method: "POST", body: "question" });
  const error = await seen.end();
  assert.ok(["not-repeatable", "server-error"].includes(error.code), error.code);
  await aWhile(80);
  assert.equal(server.exchanges.length, 1);
});

test("a POST that may be repeated is", async (t) => {
  const server = await serve(t, ended(event(1)), open(event(2)));
  const seen = watch(t, server.url, { method: "POST", body: "question", repeatable: true });
  await seen.received(2);
  assert.deepEqual(
    server.exchanges.map((exchange) => [exchange.method, exchange.body, exchange.lastEventId]),
    [
      ["POST", "question", null],
      ["POST", "question", "1"],
    ],
  );
});

test("options that are null are refused on the spot", () => {
  assert.throws(() => sse("http://source.invalid/", null), { name: "BrookmarkError", code: "bad-option" });
});
