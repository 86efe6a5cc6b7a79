import assert from "node:assert/strict";
import test from "node:test";
import { runModule } from "../support/child.mjs";
import { ended, event, events, open, serve } from "../support/server.mjs";
import { watch } from "../support/watch.mjs";

test("payloads are text unless asked otherwise", async (t) => {
  const server = await serve(t, open('data: {"n":1}\n\ndata\n\ndata: a\ndata: b\n\n'));
  const seen = watch(t, server.url);
  await seen.received(3);
  assert.deepEqual(seen.data, ['{"n":1}', "", "a\nb"]);
});

test("decode: json parses every payload, over lines and in any script", async (t) => {
  const server = await serve(t, open('data: {"name":"Grüße 你好",\ndata: "n":[1,2]}\n\ndata: null\n\n'));
  const seen = watch(t, server.url, { decode: "json" });
  await seen.received(2);
  assert.deepEqual(seen.data, [{ name: "Grüße 你好", n: [1, 2] }, null]);
});

test("decode may be a function of the text", async (t) => {
  const server = await serve(t, open("data: abc\n\n"));
  const seen = watch(t, server.url, { decode: (text) => text.length });
  await seen.received(1);
  assert.deepEqual(seen.data, [3]);
});

test("events: the types not named are committed unseen", async (t) => {
  const wire =
    "id: 1\nevent: deal\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nevent: ping\ndata: c\n\nid: 4\nevent: deal\ndata: d\n\nid: 5\nevent: ping\ndata: e\n\n";
  const server = await serve(t, ended(wire), open(""));
  const seen = watch(t, server.url, { events: ["deal"] });
  await seen.until("the second request", () => server.exchanges.length === 2);
  assert.deepEqual(seen.data, ["a", "d"]);
  assert.deepEqual(
    seen.events.map((event) => event.type),
    ["deal", "deal"],
  );
  assert.equal(server.positions[1], "5");
});

test("events may name message, the type of events without one", async (t) => {
  const server = await serve(t, open("data: a\n\nevent: other\ndata: b\n\nevent:\ndata: c\n\n"));
  const seen = watch(t, server.url, { events: ["message"] });
  await seen.received(2);
  assert.deepEqual(seen.data, ["a", "c"]);
});

test("done: a payload that ends the stream, properly and undelivered", async (t) => {
  const server = await serve(t, open(`${events(1, 2)}data: [DONE]\n\n${events(3, 4)}`));
  const seen = watch(t, server.url, { done: "[DONE]" });
  assert.equal(await seen.end(), null);
  await seen.stream.closed;
  assert.deepEqual(seen.ids, ["1", "2"]);
  await seen.until("the connection to be dropped", () => server.exchanges[0].abandoned);
  assert.equal(server.exchanges.length, 1);
});

test("done: an answer that is not asked for again and ends without it is not whole", async (t) => {
  const server = await serve(t, ended(event(1)));
  const seen = watch(t, server.url, { done: "[DONE]", method: "POST", body: "question" });
  const error = await seen.end();
  assert.deepEqual([error.code, error.culprit, error.retryable], ["incomplete", "peer", false]);
  assert.deepEqual(seen.ids, ["1"]);
  assert.equal(server.exchanges.length, 1);
});

test("hostile names of types and fields are harmless", async (t) => {
  const server = await serve(
    t,
    open("constructor: x\n__proto__: y\nevent: __proto__\ndata: a\n\nevent: hasOwnProperty\ndata: b\n\n"),
  );
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.deepEqual(
    seen.events.map((event) => event.type),
    ["__proto__", "hasOwnProperty"],
  );
});

test("more types than are kept apart still arrive under their names", async (t) => {
  const names = Array.from({ length: 3_000 }, (_, n) => `type-${n}`);
  const server = await serve(t, open(names.map((name) => `event: ${name}\ndata: x\n\n`).join("")));
  const seen = watch(t, server.url);
  await seen.received(3_000);
  assert.deepEqual(
    seen.events.map((event) => event.type),
    names,
  );
});

for (const kilobytes of [100, 1_000, 5_000]) {
  test(`a type name of ${kilobytes} kB leaves its neighbours as they are`, async () => {
    // In a process of its own, as only a memory that is still small has to grow for such a name.
    const { code, out, err } = await runModule(`
      import { sse } from "brookmark";
      import { fetchOf } from "./chunks.mjs";
      const name = "n".repeat(${kilobytes} * 1000);
      const event = (id) => "id: " + id + "\\ndata: event " + id + "\\n\\n";
      const wire = event(1) + "id: 2\\nevent: " + name + "\\ndata: named\\n\\n" + event(3) + event(4);
      const seen = [];
      await sse("http://source.invalid/", {
        retry: false,
        fetch: fetchOf([Buffer.from(wire)]),
        onEvent: ({ type, data, id }) => void seen.push([type === name ? "the name" : type, data, id]),
      }).closed;
      console.log(JSON.stringify(seen));
    `);
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), [
      ["message", "event 1", "1"],
      ["the name", "named", "2"],
      ["message", "event 3", "3"],
      ["message", "event 4", "4"],
    ]);
  });
}
