/** The parsers by themselves: calls and transform streams. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonDecoderStream, SseDecoderStream, createJsonParser, createSseParser, init, runtimeInfo } from "../../dist/index.js";
import { runModule } from "../support/child.mjs";
import { fixtures } from "../support/fixtures.mjs";

const bytes = (text) => new TextEncoder().encode(text);

/** Everything that a parser tells, in order. */
function recorder(options) {
  const told = [];
  const parser = createSseParser({
    onEvent: ({ type, data, id }) => told.push([type, data, id]),
    onRetry: (time) => told.push(["retry", time]),
    onError: ({ code }) => told.push(["error", code]),
    ...options,
  });
  return { told, parser };
}

async function* chunksOf(data, size) {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

const collect = async (stream) => {
  const all = [];
  for await (const item of stream) all.push(item);
  return all;
};

test("what is fed before the engine is there waits for it", async () => {
  assert.equal(runtimeInfo().engine, null);
  const { told, parser } = recorder();
  const chunk = bytes("data: 1\n\nda");
  parser.feed(chunk);
  chunk.fill(0);
  parser.feed("ta: 2\n\n");
  assert.deepEqual(told, []);
  await parser.ready;
  assert.deepEqual(told, [
    ["message", "1", ""],
    ["message", "2", ""],
  ]);
});

test("comments have their place among the events, where somebody hears them", async () => {
  const { told, parser } = recorder({ onComment: (text) => told.push(["comment", text]) });
  await parser.ready;
  parser.feed(bytes(": one\ndata: a\n\n:ż"));
  parser.feed(bytes("\ndata: b\n\n"));
  assert.deepEqual(told, [["comment", "one"], ["message", "a", ""], ["comment", "ż"], ["message", "b", ""]]);
  const deaf = recorder();
  await deaf.parser.ready;
  deaf.parser.feed(bytes(": one\ndata: a\n\n"));
  assert.deepEqual(deaf.told, [["message", "a", ""]]);
});

test("then calls come from within feed", async () => {
  await init();
  const { told, parser } = recorder();
  parser.feed(bytes("retry: 10\nid: 7\nevent: deal\ndata: a\ndata: b\n\nid\ndata:\n\n"));
  assert.deepEqual(told, [
    ["retry", 10],
    ["deal", "a\nb", "7"],
    ["message", "", ""],
  ]);
});

test("the fixtures mean what they say, whole and byte by byte", async () => {
  await init();
  for (const { name, wire, events, retry } of fixtures()) {
    for (const size of [wire.length || 1, 1]) {
      const times = [];
      const { told, parser } = recorder({ onRetry: (time) => times.push(time) });
      for await (const chunk of chunksOf(wire, size)) parser.feed(chunk);
      assert.deepEqual(told, events.map(({ type, data, id }) => [type, data, id]), `${name}, by ${size}`);
      assert.deepEqual(times, retry.map((time) => Math.min(time, 2 ** 32 - 1)), `${name}, by ${size}`);
    }
  }
});

test("texts may be cut within a character", async () => {
  await init();
  const { told, parser } = recorder();
  for (const unit of "data: \u{1f600} ż\n\n".split("")) parser.feed(unit);
  assert.deepEqual(told, [["message", "\u{1f600} ż", ""]]);
});

test("any view of bytes is taken, and nothing else", async () => {
  await init();
  const { told, parser } = recorder();
  const data = bytes("data: 1\n\n");
  parser.feed(data.buffer);
  parser.feed(new DataView(data.buffer, 0));
  parser.feed(new Uint8Array(0));
  assert.equal(told.length, 2);
  assert.throws(() => parser.feed(7), TypeError);
  assert.throws(() => createSseParser({ onEvent: 1 }), { code: "bad-option" });
});

test("a callback that throws loses nothing that is behind it", async () => {
  await init();
  const seen = [];
  const parser = createSseParser({
    onEvent: ({ data }) => {
      seen.push(data);
      if (data === "1" || data === "4") throw new Error(`not ${data}`);
    },
  });
  assert.throws(() => parser.feed("data: 1\n\ndata: 2\n\ndata: 3\n\n"), /not 1/);
  assert.deepEqual(seen, ["1"]);
  assert.throws(() => parser.feed("data: 4\n\ndata: 5\n\n"), /not 4/);
  parser.feed("data: 6\n\n");
  assert.deepEqual(seen, ["1", "2", "3", "4", "5", "6"]);
});

test("a callback may feed, and may reset", async () => {
  await init();
  const seen = [];
  const parser = createSseParser({
    onEvent: ({ data, id }) => {
      seen.push([data, id]);
      if (data === "1") parser.feed("data: 3\n\n");
      if (data === "3") parser.reset();
    },
  });
  parser.feed("id: 1\ndata: 1\n\ndata: 2\n\n");
  assert.deepEqual(seen, [
    ["1", "1"],
    ["2", "1"],
    ["3", "1"],
  ]);
  parser.feed("\ufeffdata: 4\n\n");
  assert.deepEqual(seen[3], ["4", ""]);
});

test("two parsers at once do not mix", async () => {
  await init();
  const inner = recorder();
  const outer = recorder({ onEvent: ({ data }) => inner.parser.feed(`event: inner\ndata: ${data}ż\n\n`) });
  outer.parser.feed(`data: ${"x".repeat(20)}\n\ndata: ${"ż".repeat(20)}\n\n`.repeat(3));
  assert.equal(inner.told.length, 6);
  assert.deepEqual(inner.told[5], ["inner", `${"ż".repeat(21)}`, ""]);
});

test("an event beyond the limit is told, or thrown where nobody listens, and passed over", async () => {
  await init();
  const stream = `data: 1\n\ndata: ${"x".repeat(100)}\n\ndata: 2\n\n`;
  const { told, parser } = recorder({ maxEventBytes: 50 });
  parser.feed(stream);
  assert.deepEqual(told, [
    ["message", "1", ""],
    ["error", "event-too-large"],
    ["message", "2", ""],
  ]);
  const bare = recorder({ maxEventBytes: 50, onError: undefined });
  assert.throws(() => bare.parser.feed(stream), { code: "event-too-large", culprit: "limit" });
  bare.parser.feed("data: 3\n\n");
  assert.deepEqual(bare.told.map(([, data]) => data), ["1", "2", "3"]);
});

test("malformed text is replaced as the standard says, and harms no neighbour", async () => {
  await init();
  const parts = [bytes("data: a\n\ndata: "), Uint8Array.of(0xf5), bytes("\n\ndata: ż\n\ndata: "), Uint8Array.of(0x80, 0xc5), bytes("\n\ndata: b\n\n")];
  const { told, parser } = recorder();
  parser.feed(Buffer.concat(parts));
  assert.deepEqual(told.map(([, data]) => data), ["a", "\ufffd", "ż", "\ufffd\ufffd", "b"]);
});

test("createJsonParser gives records with number and place, and at the end what needs no end", async () => {
  await init();
  const told = [];
  const onRecord = ({ data, record, offset }) => told.push([data, record, offset]);
  const parser = createJsonParser({ onRecord });
  parser.feed('{"a":1}\r\n\n 12 \n"un');
  parser.feed('finished"');
  assert.deepEqual(told.splice(0), [
    ['{"a":1}', 1, 0],
    ["12", 2, 11],
  ]);
  parser.end();
  assert.deepEqual(told.splice(0), [['"unfinished"', 3, 15]]);
  parser.reset();
  parser.feed("null\n");
  assert.deepEqual(told, [["null", 1, 0]]);
  const sequence = createJsonParser({ framing: "json-seq", onRecord });
  assert.throws(() => sequence.feed("junk\x1e"), { code: "bad-record", record: 1, offset: 0, body: "junk" });
  assert.throws(() => createJsonParser({ framing: "xml" }), { code: "bad-option" });
});

test("SseDecoderStream turns a body into events", async () => {
  const body = new Response("id: 1\ndata: a\n\nevent: x\ndata: ż\n\ndata: unfinished").body;
  const events = await collect(body.pipeThrough(new SseDecoderStream()));
  assert.deepEqual(
    events.map(({ type, data, id }) => [type, data, id]),
    [
      ["message", "a", "1"],
      ["x", "ż", "1"],
    ],
  );
});

test("SseDecoderStream ends with the error of an event that is too large, unless somebody takes it", async () => {
  const body = () => new Response(`data: ${"x".repeat(100)}\n\ndata: 2\n\n`).body;
  await assert.rejects(collect(body().pipeThrough(new SseDecoderStream({ maxEventBytes: 50 }))), {
    code: "event-too-large",
  });
  const errors = [];
  const onError = (error) => errors.push(error.code);
  const events = await collect(body().pipeThrough(new SseDecoderStream({ maxEventBytes: 50, onError })));
  assert.deepEqual([errors, events.map(({ data }) => data)], [["event-too-large"], ["2"]]);
});

test("JsonDecoderStream gives values, null too, in each framing", async () => {
  const values = [{ a: 1 }, null, [true, "ż\u{1f600}"], 12];
  const texts = values.map((value) => JSON.stringify(value));
  for (const [framing, text] of [
    [undefined, texts.join("\n")],
    ["lines", `${texts.join("\r\n\n")}\r\n`],
    ["cr", `\r\n\r\n${texts.join("\r\n")}\r\n`],
    ["json-seq", texts.map((text) => `\x1e${text}\n`).join("")],
  ]) {
    for (const size of [3, 1000]) {
      const source = ReadableStream.from(chunksOf(bytes(text), size));
      assert.deepEqual(await collect(source.pipeThrough(new JsonDecoderStream({ framing }))), values, framing);
    }
  }
});

test("JsonDecoderStream tells of bad records with number, place and text", async () => {
  const run = async (options, text) => {
    const errors = [];
    const onError = ({ code, record, offset, body }) => errors.push([code, record, offset, body]);
    const stream = new Response(text).body.pipeThrough(new JsonDecoderStream({ ...options, onError }));
    const values = [];
    try {
      for await (const value of stream) values.push(value);
    } catch (error) {
      return { values, errors, code: error.code };
    }
    return { values, errors };
  };
  const bad = ["bad-record", 2, 2, "{x"];
  assert.deepEqual(await run({ onBadRecord: "skip" }, "1\n{x\n3\n"), { values: [1, 3], errors: [bad] });
  const stopped = await run({}, "1\n{x\n{y\n3\n");
  assert.deepEqual([stopped.code, stopped.errors], ["bad-record", [bad]]);
  assert.deepEqual(await run({ framing: "json-seq" }, "\x1e1\n\x1e{x\n\x1e12"), {
    values: [1],
    errors: [
      ["bad-record", 2, 4, "{x"],
      ["bad-record", 3, 8, "12"],
    ],
  });
  assert.deepEqual((await run({ onBadRecord: "skip" }, '1\n{"cut":')).errors, [["bad-record", 2, 2, '{"cut":']]);
});

test("JsonDecoderStream keeps numbers exact on request", async () => {
  const body = () => new Response('{"id":9007199254740993}\n').body;
  const [exact] = await collect(body().pipeThrough(new JsonDecoderStream({ numbers: "exact" })));
  assert.equal(exact.id, 9007199254740993n);
  assert.throws(() => new JsonDecoderStream({ framing: "xml" }), { code: "bad-option" });
});

test("without an engine nothing is taken in silence, and what waits is parsed when there is one", async () => {
  const { code, out, err } = await runModule(`
    import { readFile } from "node:fs/promises";
    import { createSseParser, init } from "brookmark/slim";
    const told = [];
    process.on("uncaughtException", ({ message }) => told.push("uncaught " + message.slice(0, 14)));
    const parser = createSseParser({ onEvent: ({ data }) => told.push(data) });
    createSseParser();
    parser.feed("data: 1\\n\\n");
    await new Promise((resolve) => setImmediate(resolve));
    try {
      parser.feed("data: lost\\n\\n");
    } catch ({ message }) {
      told.push("thrown " + message.slice(0, 14));
    }
    await parser.ready.catch(({ message }) => told.push("rejected " + message.slice(0, 14)));
    await init(await readFile(new URL(import.meta.resolve("brookmark/brookmark.wasm"))));
    parser.feed("data: 2\\n\\n");
    console.log(JSON.stringify(told));
  `);
  assert.equal(code, 0, err);
  const why = "brookmark/slim";
  assert.deepEqual(JSON.parse(out), [`uncaught ${why}`, `thrown ${why}`, `rejected ${why}`, "1", "2"]);
});

test("what a callback throws before the engine is there is heard, by whoever waits or as an uncaught error", async () => {
  const { code, out, err } = await runModule(`
    import { createSseParser } from "brookmark";
    const told = [];
    process.on("uncaughtException", ({ message }) => told.push("uncaught " + message));
    const make = (name) => createSseParser({ onEvent: ({ data }) => {
      told.push(name + data);
      if (data === "1") throw new Error(name);
    } });
    const alone = make("a");
    const awaited = make("b");
    for (const parser of [alone, awaited]) parser.feed("data: 1\\n\\ndata: 2\\n\\n");
    await awaited.ready.catch(({ message }) => told.push("rejected " + message));
    for (const parser of [alone, awaited]) parser.feed("data: 3\\n\\n");
    await new Promise((resolve) => setImmediate(resolve));
    console.log(JSON.stringify(told.sort()));
  `);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), ["a1", "a2", "a3", "b1", "b2", "b3", "rejected b", "uncaught a"]);
});

test("each wrong option of a parser or a decoder is refused on the spot, by its name", () => {
  const both = { onError: 5, maxEventBytes: 0 };
  const wrong = [
    [createSseParser, { ...both, onEvent: 5, onRetry: "log", onComment: true }],
    [(options) => new SseDecoderStream(options), { ...both, onRetry: "log", onComment: true }],
    [(options) => new JsonDecoderStream(options), { ...both, framing: "xml", numbers: "all", onBadRecord: "go" }],
  ];
  for (const [make, options] of wrong) {
    for (const [name, value] of Object.entries(options)) {
      assert.throws(() => make({ [name]: value }), (error) => error.code === "bad-option" && error.message.includes(name), name);
    }
    for (const options of [null, "text"]) assert.throws(() => make(options), { code: "bad-option" });
  }
});
