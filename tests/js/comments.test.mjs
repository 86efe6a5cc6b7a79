import assert from "node:assert/strict";
import test from "node:test";
import { sse } from "brookmark";
import { fetchOf } from "../support/chunks.mjs";
import { ended, event, open, serve } from "../support/server.mjs";
import { watch } from "../support/watch.mjs";

test("comments are told in the source's order, events come as ever", async (t) => {
  const server = await serve(t, open(`: hello\n\n${event(1)}:ż\n\n: \n${event(2)}`));
  const comments = [];
  let told;
  const seen = watch(t, server.url, {
    onComment: (text, stream) => {
      comments.push(text);
      told = stream;
    },
  });
  await seen.received(2);
  await seen.until("the comments", () => comments.length === 3);
  assert.deepEqual(comments, ["hello", "ż", ""]);
  assert.equal(told, seen.stream);
  assert.deepEqual(seen.ids, ["1", "2"]);
});

test("comments do not wait in line behind the handlers", async (t) => {
  const server = await serve(t, open(`${event(1)}: beat\n\n`));
  const comments = [];
  const seen = watch(t, server.url, { onEvent: () => new Promise(() => {}), onComment: (text) => comments.push(text) });
  await seen.until("the comment", () => comments.length === 1);
  assert.equal(seen.stream.stats().pending, 1);
});

test("a comment arrives in pieces, and is cut off at the limit of an event", async () => {
  const bytes = new TextEncoder().encode(`:${"ż".repeat(40)}\n:${"x".repeat(5_000)}\n\ndata: a\n\n`);
  for (const size of [1, 3, 1_000_000]) {
    const chunks = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    const comments = [];
    const stream = sse("http://source.invalid/", {
      fetch: fetchOf(chunks),
      retry: false,
      maxEventBytes: 1_000,
      onEvent() {},
      onComment: (text) => comments.push(text),
    });
    await stream.closed;
    assert.deepEqual(comments, ["ż".repeat(40), "x".repeat(1_000)]);
  }
});

test("thousands of comments in one piece, with calls back into the stream, are all told", async () => {
  const wire = Array.from({ length: 5_000 }, (_, n) => `: ${n} é\nid: ${n}\nevent: type ${n % 700}\ndata: ${n}\n\n`).join("");
  const comments = [];
  const data = [];
  const stream = sse("http://source.invalid/", {
    fetch: fetchOf([new TextEncoder().encode(wire)]),
    retry: false,
    highWaterMark: 10_000,
    onEvent: (event) => void data.push(event.data),
    onComment(text, stream) {
      comments.push(text);
      stream.pause();
      stream.resume();
      assert.ok(stream.stats().bytes > 0);
    },
  });
  await stream.closed;
  assert.deepEqual(comments, Array.from({ length: 5_000 }, (_, n) => `${n} é`));
  assert.equal(data.length, 5_000);
});

test("a listener that closes the stream hears no more comments", async (t) => {
  const server = await serve(t, open(": one\n: two\n\n"));
  const comments = [];
  const seen = watch(t, server.url, {
    onComment(text, stream) {
      comments.push(text);
      void stream.close();
    },
  });
  await seen.end();
  assert.deepEqual(comments, ["one"]);
});

test("comments and blank lines feed the idle timeout, silence does not", async (t) => {
  let feed;
  const server = await serve(t, (exchange) => {
    exchange.head().write(event(1));
    let beats = 0;
    feed = setInterval(() => {
      exchange.write(beats % 2 ? "\n" : ": beat\n");
      beats += 1;
      if (beats === 20) clearInterval(feed);
    }, 50);
  });
  t.after(() => clearInterval(feed));
  const comments = [];
  const begun = performance.now();
  const seen = watch(t, server.url, { idleTimeout: 400, onComment: () => comments.push(performance.now()) });
  await seen.until("the timeout", () => seen.codes.length > 0);
  assert.deepEqual(seen.codes, ["idle-timeout"]);
  assert.equal(comments.length, 10);
  assert.ok(performance.now() - begun > 1_300, "not before the last sign of life");
});

test("comments are no progress: a server that only says hello and hangs up is backed off from", async (t) => {
  const server = await serve(t, ended(": hello\n\n"));
  const seen = watch(t, server.url, { retry: { min: 10, max: 10, attempts: 3 }, onComment() {} });
  assert.equal((await seen.end()).code, "retries-exhausted");
  assert.equal(server.exchanges.length, 3);
});
