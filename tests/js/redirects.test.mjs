import assert from "node:assert/strict";
import test from "node:test";
import { answer, ended, event, open, serve } from "../support/server.mjs";
import { watch } from "../support/watch.mjs";

for (const status of [301, 302, 303, 307, 308]) {
  test(`${status} is followed, and the next attempt starts at the first URL`, async (t) => {
    const server = await serve(
      t,
      answer(status, { location: "/elsewhere" }),
      ended(event(1)),
      open(event(2)),
    );
    const seen = watch(t, server.url);
    await seen.received(2);
    assert.deepEqual(
      server.exchanges.map((exchange) => exchange.path),
      ["/events", "/elsewhere", "/events"],
    );
    assert.deepEqual(server.positions, [null, null, "1"]);
  });
}

test("the position goes along to the place redirected to", async (t) => {
  const server = await serve(
    t,
    ended(event(1)),
    answer(307, { location: "/elsewhere" }),
    open(event(2)),
  );
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.deepEqual(server.positions, [null, "1", "1"]);
});

test("an endless redirection is an error, not a loop", async (t) => {
  const server = await serve(t, answer(302, { location: "/events" }));
  const seen = watch(t, server.url, { retry: { min: 10, max: 20, attempts: 1 } });
  const error = await seen.end();
  assert.equal(error.code, "retries-exhausted");
  assert.equal(seen.codes[0], "network");
});
