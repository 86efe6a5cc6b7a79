import assert from "node:assert/strict";
import test from "node:test";
import { sse } from "brookmark";
import { ended, event, open, serve } from "../support/server.mjs";
import { webStore } from "../support/stores.mjs";
import { watch } from "../support/watch.mjs";

/** Ids that a header cannot carry unchanged. The field takes one blank after its colon away. */
const unsendable = {
  "a leading blank": " 2",
  "a trailing blank": "2 ",
  "a leading tab": "\t2",
  "a control character": "2\u0001x",
  "a delete character": "2\u007f",
  "a million characters": "2".repeat(1_000_000),
};

for (const [name, id] of Object.entries(unsendable)) {
  test(`an id with ${name} is reported; the last sendable one is asked for, nothing is lost`, async (t) => {
    const server = await serve(
      t,
      ended(`${event(1)}id: ${id}\ndata: second\n\n`),
      open(`id: ${id}\ndata: second\n\n${event(3)}`),
    );
    const store = webStore();
    const seen = watch(t, server.url, { bookmark: "deals", store });
    await seen.until("the last event", () => seen.ids.includes("3"));
    assert.ok(seen.codes.includes("unsendable-position"), seen.codes.join());
    const error = seen.errors.find(({ code }) => code === "unsendable-position");
    assert.equal(error.culprit, "peer");
    assert.equal(error.retryable, true);
    assert.deepEqual(server.positions, [null, "1"]);
    assert.equal(seen.events[1].id, id);
    assert.deepEqual(
      [...new Set(seen.data)],
      ["event 1", "second", "event 3"],
    );
  });
}

test("where no id can be sent at all, the stream goes on without a position", async (t) => {
  const server = await serve(t, ended("id:  1\ndata: a\n\n"), open("data: b\n\n"));
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.deepEqual(seen.data, ["a", "b"]);
  assert.deepEqual(server.positions, [null, null]);
  assert.ok(seen.codes.includes("unsendable-position"));
});

test("in a query parameter the same ids can be sent", async (t) => {
  const server = await serve(t, ended("id:  2\u0001\ndata: a\n\n"), open(""));
  const seen = watch(t, server.url, { lastEventId: { query: "since" } });
  await seen.until("two requests", () => server.exchanges.length === 2);
  const query = new URL(server.exchanges[1].path, "http://x").searchParams;
  assert.equal(query.get("since"), " 2\u0001");
  assert.deepEqual(seen.codes, []);
});

const unsendablePositions = {
  "a line break": "a\nx-evil: 1",
  "a carriage return": "a\rb",
  "a zero character": "a\0b",
  "a leading blank": " a",
  "a trailing blank": "a ",
  "a leading tab": "\ta",
  "a trailing tab": "a\t",
  "a control character": "a\u0001b",
  "a delete character": "a\u007fb",
};

for (const [name, position] of Object.entries(unsendablePositions)) {
  test(`a position with ${name} is refused where it would go in a header`, async (t) => {
    const refused = { name: "BrookmarkError", code: "bad-option", culprit: "misuse" };
    assert.throws(() => sse("http://source.invalid/", { start: { position } }), refused);
    const lastEventId = { header: "x-since" };
    assert.throws(() => sse("http://source.invalid/", { start: { position }, lastEventId }), refused);

    const server = await serve(t, open(event(1)));
    const seen = watch(t, server.url);
    await seen.until("the commit", () => seen.stream.position === "1");
    assert.throws(() => seen.stream.seek(position), refused);
    server.exchanges[0].write(event(2));
    await seen.until("the next commit", () => seen.stream.position === "2");
    assert.equal(server.exchanges.length, 1);
  });

  test(`a position with ${name} can be sent in a query parameter`, async (t) => {
    const server = await serve(t, open(event(1)));
    const lastEventId = { query: "since" };
    const since = ({ path }) => new URL(path, "http://x").searchParams.get("since");
    const started = watch(t, server.url, { lastEventId, start: { position } });
    await started.received(1);
    assert.equal(since(server.exchanges[0]), position);
    started.stream.seek(position);
    await started.received(2);
    assert.equal(since(server.exchanges[1]), position);
    assert.deepEqual(started.codes, []);
  });
}
