import assert from "node:assert/strict";
import test from "node:test";
import { BrookmarkError } from "brookmark";
import { answer, ended, event, serve } from "../support/server.mjs";
import { watch } from "../support/watch.mjs";

test("an error is an Error with a name, a code, a culprit and what is known of the response", async (t) => {
  const server = await serve(
    t,
    ended(event(1)),
    answer(500),
    answer(403, { "content-type": "text/plain", "x-request": "abc" }, "no entry"),
  );
  const seen = watch(t, server.url);
  const error = await seen.end();
  assert.ok(error instanceof Error);
  assert.ok(error instanceof BrookmarkError);
  assert.equal(error.name, "BrookmarkError");
  assert.equal(Object.prototype.toString.call(error), "[object Error]");
  assert.ok(error.stack.includes("BrookmarkError"));
  assert.equal(error.code, "forbidden");
  assert.equal(error.culprit, "auth");
  assert.equal(error.retryable, false);
  assert.equal(error.status, 403);
  assert.equal(error.headers["x-request"], "abc");
  assert.equal(error.body, "no entry");
  assert.equal(error.attempt, 2);
  assert.equal(error.position, "1");
  assert.equal(seen.errors.at(-1), error);
  await assert.rejects(seen.stream.closed, (reason) => reason === error);
});

test("every message is a sentence for people, without the code", async (t) => {
  for (const [status, headers] of [[404], [401], [403], [304], [200, { "content-type": "text/html" }]]) {
    const server = await serve(t, answer(status, headers));
    const error = await watch(t, server.url).end();
    assert.ok(error.message.length > 15, error.message);
    assert.ok(!/undefined|null|NaN|\[object/.test(error.message), error.message);
  }
});
