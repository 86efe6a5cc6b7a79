import assert from "node:assert/strict";
import test from "node:test";
import { jsonStream } from "brookmark";
import { serve } from "../support/server.mjs";
import { broken, byId, ended, lines, open, watchJson } from "../support/records.mjs";
import { webStore } from "../support/stores.mjs";

const ids = (seen) => seen.data.map((record) => record.id);

test("records arrive parsed, with their number and offset, as soon as they are whole", async (t) => {
  const server = await serve(t, open('\n{"a":"ż"}\n\n{"b":[1,2]}\nnull\n{"not":'));
  const seen = watchJson(t, server.url);
  await seen.received(3);
  assert.deepEqual(
    seen.events.map(({ type, data, id, position, record, offset }) => ({ type, data, id, position, record, offset })),
    [
      { type: "message", data: { a: "ż" }, id: "", position: null, record: 1, offset: 1 },
      { type: "message", data: { b: [1, 2] }, id: "", position: null, record: 2, offset: 13 },
      { type: "message", data: null, id: "", position: null, record: 3, offset: 25 },
    ],
  );
  assert.match(server.exchanges[0].headers.accept, /^application\/json-seq, application\/x-ndjson/);
});

test("the position is found by its pointer, goes where it is asked to, and outlives the stream", async (t) => {
  const server = await serve(t, ended(lines(1, 2) + '{"id":9007199254740993}\n'), open('{"id":"x/y"}\n'), open(""));
  const options = { position: "/id", resume: { query: "after" }, bookmark: "deals", store: webStore() };
  const seen = watchJson(t, `${server.url}?q=1`, options);
  await seen.received(4);
  assert.deepEqual(seen.ids, ["1", "2", "9007199254740993", "x/y"]);
  await seen.stream.close();
  const again = watchJson(t, `${server.url}?q=1`, options);
  await again.until("its request", () => server.exchanges.length === 3);
  assert.deepEqual(
    server.exchanges.map((exchange) => exchange.path),
    ["/events?q=1", "/events?q=1&after=9007199254740993", "/events?q=1&after=x%2Fy"],
  );
});

test("a cut in the middle of a record loses nothing", async (t) => {
  const server = await serve(t, broken(`${lines(1, 2)}{"id":3,"te`), open(lines(3, 4)));
  const seen = watchJson(t, server.url, byId);
  await seen.received(4);
  assert.deepEqual(ids(seen), [1, 2, 3, 4]);
  assert.deepEqual(server.positions, [null, "2"]);
});

const bodies = {
  "application/json": '{"id":1}\r\n\r\n{\n"id":2}\r\n',
  "application/json-seq": '\u001e{"id":1}\n\u001e{\n"id":2}\n',
  "application/x-ndjson": '{"id":1}\n\n{"id":2}\r\n',
  "application/ndjson": '{"id":1}\n{"id":2}\n',
  "application/jsonl; charset=utf-8": '{"id":1}\n{"id":2}\n',
  "application/x-jsonlines": '{"id":1}\n{"id":2}\n',
  "application/json-lines": '{"id":1}\n{"id":2}\n',
  "Application/Stream+JSON": '{"id":1}\n{"id":2}\n',
};

for (const [type, body] of Object.entries(bodies)) {
  test(`a body of the type ${type} is cut as its type says`, async (t) => {
    const server = await serve(t, open(body, type));
    const seen = watchJson(t, server.url);
    await seen.received(2);
    assert.deepEqual(ids(seen), [1, 2]);
  });
}

test("framing says how records are told apart, whatever kind of JSON the server calls them", async (t) => {
  for (const [framing, accept, body] of [
    ["cr", "application/json", '{"id":1}\r{"id":2}\r'],
    ["lines", "application/x-ndjson, application/jsonl, application/json;q=0.5", '{"id":1}\n{"id":2}\n'],
    ["json-seq", "application/json-seq", '\u001e{"id":1}\n\u001e{"id":2}\n'],
  ]) {
    for (const type of ["application/json", "application/json-seq", "text/plain"]) {
      const server = await serve(t, open(body, type));
      const seen = watchJson(t, server.url, { framing });
      await seen.received(2);
      assert.deepEqual(ids(seen), [1, 2]);
      assert.equal(server.exchanges[0].headers.accept, accept);
    }
  }
});

for (const type of ["text/html", "text/plain", "text/event-stream", "application/jsonx"]) {
  test(`a body of the type ${type} is refused where nothing else is said`, async (t) => {
    const server = await serve(t, ended("[1]\n", type));
    const error = await watchJson(t, server.url).end();
    assert.equal(error.code, "bad-content-type");
    assert.equal(error.culprit, "peer");
    assert.ok(error.message.includes(type), error.message);
    assert.equal(error.body, "[1]\n");
  });
}

test("a document without any delimiter is one record at its end", async (t) => {
  const server = await serve(t, ended('{\n  "id": 1\n}\n', "application/json"), open("", "application/json"));
  const seen = watchJson(t, server.url, byId);
  await seen.until("the second request", () => server.exchanges.length === 2);
  assert.deepEqual(seen.data, [{ id: 1 }]);
  assert.deepEqual(seen.codes, []);
  assert.equal(server.positions[1], "1");
});

test("a proper end within a record is a cut: told, and retried from the last record", async (t) => {
  const server = await serve(t, ended(`${lines(1, 2)}{"id":3,`), open(lines(3, 3)));
  const seen = watchJson(t, server.url, byId);
  await seen.received(3);
  assert.deepEqual(ids(seen), [1, 2, 3]);
  assert.deepEqual(seen.codes, ["network"]);
  assert.match(seen.errors[0].message, /in the middle of a record/);
  assert.deepEqual(server.positions, [null, "2"]);
});

const badAt = lines(1, 1).length + 1;
const bad = `${lines(1, 1)}\n{"id":2}{"id":3}\n${lines(4, 4)}`;

test("a record that is no JSON ends the stream before it, and is named", async (t) => {
  const server = await serve(t, open(bad), open(""));
  const options = { ...byId, bookmark: "deals", store: webStore() };
  const seen = watchJson(t, server.url, options);
  const error = await seen.end();
  const { code, culprit, retryable, record, offset, body, message } = error;
  assert.deepEqual(
    { code, culprit, retryable, record, offset, body },
    { code: "bad-record", culprit: "peer", retryable: false, record: 2, offset: badAt, body: '{"id":2}{"id":3}' },
  );
  assert.equal(message, `record 2, at byte ${badAt} of the response, is no JSON`);
  assert.ok(error.cause instanceof SyntaxError);
  assert.deepEqual(ids(seen), [1]);
  assert.equal(seen.stream.position, "1");
  const again = watchJson(t, server.url, options);
  await again.until("its request", () => server.exchanges.length === 2);
  assert.equal(server.positions[1], "1");
});

test('onBadRecord: "skip" goes on behind it', async (t) => {
  const server = await serve(t, open(bad));
  const seen = watchJson(t, server.url, { ...byId, onBadRecord: "skip", onHandlerError: "stop" });
  await seen.received(2);
  assert.deepEqual(ids(seen), [1, 4]);
  assert.deepEqual(
    seen.errors.map(({ code, retryable, record, offset }) => [code, retryable, record, offset]),
    [["bad-record", true, 2, badAt]],
  );
  assert.deepEqual(
    seen.events.map(({ record, offset }) => [record, offset]),
    [
      [1, 0],
      [3, badAt + 17],
    ],
  );
  await seen.until("the commit", () => seen.stream.position === "4");
});

test("a sequence goes on behind a bad record unasked, and ends before it where asked to", async (t) => {
  const wire = '\u001e{"id":1}\n\u001e{"id":2\u001e{a}\n\u001e{"id":4}\n';
  const server = await serve(t, open(wire, "application/json-seq"));
  const seen = watchJson(t, server.url);
  await seen.received(2);
  assert.deepEqual(ids(seen), [1, 4]);
  assert.deepEqual(
    seen.errors.map(({ code, record, offset, body }) => [code, record, offset, body]).sort((one, two) => one[1] - two[1]),
    [
      ["bad-record", 2, 11, '{"id":2'],
      ["bad-record", 3, 19, "{a}"],
    ],
  );
  const strict = watchJson(t, server.url, { onBadRecord: "stop" });
  const error = await strict.end();
  assert.deepEqual([error.code, error.record, ids(strict)], ["bad-record", 2, [1]]);
});

test("a long bad record is quoted from its beginning only", async (t) => {
  const server = await serve(t, open(`${"x".repeat(10_000)}\n`));
  const error = await watchJson(t, server.url).end();
  assert.equal(error.body, "x".repeat(2_048));
});

test("records that are not to be parsed are no JSON to us", async (t) => {
  const server = await serve(t, open("one\n{}\n"));
  const texts = watchJson(t, server.url, { decode: "text" });
  await texts.received(2);
  assert.deepEqual(texts.data, ["one", "{}"]);
  const own = watchJson(t, server.url, { decode: (text) => JSON.parse(text) });
  const error = await own.end();
  assert.deepEqual([error.code, error.record], ["decode", undefined]);
});

test("iteration gives null as it gives any other record", async (t) => {
  const server = await serve(t, ended("null\n1\nnull\n"));
  const seen = [];
  for await (const { data } of jsonStream(server.url, { retry: false })) seen.push(data);
  assert.deepEqual(seen, [null, 1, null]);
});

test("done, limits and repeats are those of sse()", async (t) => {
  const huge = `{"id":2,"text":"${"x".repeat(1_000)}"}\n`;
  const server = await serve(
    t,
    ended(lines(1, 1) + huge + lines(3, 3)),
    open(`${lines(3, 4)}"done"\n${lines(5, 5)}`),
  );
  const seen = watchJson(t, server.url, { ...byId, maxEventBytes: 500, onOversize: "skip", done: '"done"' });
  assert.equal(await seen.end(), null);
  assert.deepEqual(ids(seen), [1, 3, 4]);
  assert.deepEqual(seen.codes, ["event-too-large"]);
  assert.equal(seen.stream.stats().repeats, 1);
  assert.deepEqual(server.positions, [null, "3"]);
});

test("a POST with a body is sent once unless it may be repeated", async (t) => {
  const server = await serve(t, ended(lines(1, 1)), open(lines(2, 2)));
  const once = watchJson(t, server.url, { ...byId, method: "POST", body: "question" });
  assert.equal(await once.end(), null);
  const more = watchJson(t, server.url, { ...byId, method: "POST", body: "again", repeatable: true });
  await more.received(1);
  assert.deepEqual(
    server.exchanges.map(({ method, body }) => [method, body]),
    [
      ["POST", "question"],
      ["POST", "again"],
    ],
  );
});

test("a source that forgot the position makes a gap, and a 401 asks for a new token", async (t) => {
  const server = await serve(
    t,
    ended(lines(1, 1)),
    (exchange) => void exchange.head(401).end(),
    (exchange) => void exchange.head(410).end(),
    open(lines(7, 7)),
  );
  const tokens = [];
  const seen = watchJson(t, server.url, {
    ...byId,
    auth: ({ refresh }) => {
      tokens.push(refresh);
      return "token";
    },
  });
  await seen.received(2);
  assert.deepEqual(ids(seen), [1, 7]);
  assert.deepEqual([seen.gaps[0].reason, seen.gaps[0].position], ["position-expired", "1"]);
  assert.deepEqual(server.positions, [null, "1", "1", "earliest"]);
  assert.deepEqual(tokens, [false, false, true, false]);
});

const misuses = [
  { framing: "concatenated" },
  { position: "id", resume: { query: "after" } },
  { position: "/id" },
  { start: "earliest" },
  { start: { position: "1" } },
  { bookmark: "deals" },
  { bookmark: "deals", resume: { query: "after" } },
  { resume: "after" },
  { resume: {} },
  { resume: { header: "no good" } },
  { onBadRecord: "ignore" },
  { numbers: "fast" },
  { numbers: "exact", decode: "text" },
];

for (const options of misuses) {
  test(`the options ${JSON.stringify(options)} are refused on the spot`, () => {
    assert.throws(() => jsonStream("http://source.invalid/", options), { code: "bad-option", culprit: "misuse" });
  });
}

test("seek refuses what cannot be asked for", async (t) => {
  const server = await serve(t, open(""));
  const { stream } = watchJson(t, server.url);
  assert.throws(() => stream.seek("7"), { code: "bad-option" });
  stream.seek("latest");
});

test("options that are null are refused, and those that are undefined are not given", async (t) => {
  assert.throws(() => jsonStream("http://source.invalid/", null), { code: "bad-option" });
  const server = await serve(t, open(lines(1, 1)));
  const names = ["framing", "position", "resume", "onBadRecord", "numbers", "decode", "bookmark", "start", "done"];
  await watchJson(t, server.url, Object.fromEntries(names.map((name) => [name, undefined]))).received(1);
});
