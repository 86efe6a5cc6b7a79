// Sources served by the JSON Pull Protocol.

import assert from "node:assert/strict";
import test from "node:test";
import { BrookmarkError, poll } from "brookmark";
import { pullHandler } from "brookmark/connectors";
import { serveFetch } from "../support/fetch-server.mjs";
import { until } from "../support/waiting.mjs";

/** `pull(query)` gives status and body, as text and as value. */
async function serve(t, source, options) {
  const url = await serveFetch(t, pullHandler(source, options));
  return async (query = "", init) => {
    const response = await fetch(`${url}/${query}`, init);
    const text = await response.text();
    const type = response.headers.get("content-type");
    return { status: response.status, type, text, body: JSON.parse(text), headers: response.headers };
  };
}

/** A list of entities, each behind the ones before it. */
const listed = (entities) =>
  async function* (since) {
    const first = since === null ? 0 : entities.findLastIndex(({ _updated }) => String(_updated) === since) + 1;
    yield* entities.slice(first);
  };

const numbered = (count, updated = (n) => n) => Array.from({ length: count }, (_, n) => ({ _id: `e${n}`, _updated: updated(n), n }));
const ids = ({ body }) => body.map(({ _id }) => _id);

/** The ids of all there is, pulled page by page. */
async function pulled(pull, limit) {
  const found = [];
  for (let since = ""; ; ) {
    const { body } = await pull(`?limit=${limit}${since}`);
    if (body.length === 0) return found;
    found.push(...ids({ body }));
    since = `&since=${body.at(-1)._updated}`;
  }
}

test("entities come as an array, behind `since`, at most `limit` of them", async (t) => {
  const pull = await serve(t, listed(numbered(10)));
  const { status, type, body } = await pull();
  assert.deepEqual([status, type, body], [200, "application/json; charset=utf-8", numbered(10)]);
  assert.deepEqual(ids(await pull("?since=6")), ["e7", "e8", "e9"]);
  assert.deepEqual(ids(await pull("?since=6&limit=2")), ["e7", "e8"]);
  assert.deepEqual((await pull("?since=9")).text, "[]");
  assert.deepEqual(ids(await pull("?since=&limit=1")), ["e0"]);
});

test("pulling page by page gives all there is, each once, also where many share a place", async (t) => {
  for (const updated of [(n) => n, (n) => Math.floor(n / 7), (n) => `t${Math.floor(n / 30)}`]) {
    const pull = await serve(t, listed(numbered(100, updated)));
    for (const limit of [1, 3, 20, 100, 1000]) {
      assert.deepEqual(await pulled(pull, limit), ids({ body: numbered(100) }), `${updated} ${limit}`);
    }
  }
});

test("a cap of its own lies below the limit that is asked for, and the source is told", async (t) => {
  const limits = [];
  const source = (since, { limit }) => {
    limits.push(limit);
    return listed(numbered(10))(since);
  };
  const pull = await serve(t, source, { cap: 4 });
  assert.deepEqual([ids(await pull()).length, ids(await pull("?limit=9")).length, ids(await pull("?limit=2")).length], [4, 4, 2]);
  const uncapped = await serve(t, source);
  await uncapped();
  assert.deepEqual(limits, [4, 4, 2, null]);
});

test("events are entities with their position; what is in them is exact", async (t) => {
  const events = [
    { id: "a", position: "90071992547409931", data: { big: 9007199254740993n, text: "##9007199254740993 \"#\" größer", _id: "mine" } },
    { id: "b", position: "90071992547409932", data: { at: new Date("2018-04-27T15:46:40Z"), never: new Date(NaN), list: [1n, "~"] } },
  ];
  const pull = await serve(t, async function* () {
    yield* events;
  });
  const { text } = await pull();
  assert.equal(
    text,
    '[{"_id":"mine","_updated":"90071992547409931","big":9007199254740993,"text":"##9007199254740993 \\"#\\" größer"},\n' +
      '{"_id":"b","_updated":"90071992547409932","at":"~t2018-04-27T15:46:40.000Z","never":null,"list":[1,"~"]}]',
  );
});

test("an event is made an entity as the application says", async (t) => {
  const source = async function* () {
    yield { id: "7", position: "1", data: { properties: { name: "a" }, archived: true } };
  };
  const pull = await serve(t, source, { entity: ({ id, data }) => ({ _id: `deal:${id}`, ...data.properties, _deleted: data.archived, _updated: "not this" }) });
  assert.deepEqual((await pull()).body, [{ _id: "deal:7", _updated: "1", name: "a", _deleted: true }]);
});

test("an answer ends only where the position has moved, and the last event takes the one at the end", async (t) => {
  const runs = { null: ["r0", 3], r0: ["r1", 4], r1: ["r1", 0] };
  /** A source whose position moves only behind each run, as `position` says then. */
  const source = (since) => {
    const [end, count] = runs[since];
    return {
      position: since,
      async *[Symbol.asyncIterator]() {
        for (let n = 0; n < count; n += 1) yield { id: `${since} ${n}`, position: since, data: {} };
        this.position = end;
      },
    };
  };
  const pull = await serve(t, source);
  assert.deepEqual((await pull("?limit=1")).body, [{ _id: "null 0" }, { _id: "null 1" }, { _id: "null 2", _updated: "r0" }]);
  assert.deepEqual((await pull("?limit=2&since=r0")).body.map(({ _updated }) => _updated), ["r0", "r0", "r0", "r1"]);
  assert.deepEqual((await pull("?since=r1")).body, []);
});

test("pages of a source are ends, and what moves with each event may end anywhere", async (t) => {
  const events = (places) => () => (async function* () {
    for (const [n, position] of places.entries()) yield { id: `${n}`, position, data: {} };
  })();
  const paged = await serve(t, events(["p0", "p0", "p1", "p1", "p1", "p2"]));
  assert.deepEqual([ids(await paged("?since=p0&limit=1")).length, ids(await paged("?since=p0&limit=4")).length], [3, 6]);
  const each = await serve(t, events(["p1", "p2", "p3"]));
  assert.deepEqual(ids(await each("?since=p0&limit=2")), ["0", "1"]);
});

test("items of a polled source that share a position are pulled together", async (t) => {
  const rows = Array.from({ length: 30 }, (_, n) => ({ id: `r${n}`, at: Math.floor(n / 4) }));
  /* Only what is behind a position, eight items a page. */
  const url = await serveFetch(t, ({ url }) => {
    const since = new URL(url).searchParams.get("since") ?? -1;
    return Response.json(rows.filter(({ at }) => at > Number(since)).slice(0, 8));
  });
  const source = (since) =>
    poll(url, {
      id: "/id",
      position: { item: "/at", kind: "decimal" },
      resume: { query: "since" },
      start: since === null ? "earliest" : { position: since },
      every: false,
      retry: false,
    });
  const pull = await serve(t, source);
  for (const limit of [1, 3, 5, 100]) {
    assert.deepEqual(await pulled(pull, limit), rows.map(({ id }) => id), `${limit}`);
  }
});

test("what is wrong with a request is said", async (t) => {
  const pull = await serve(t, listed(numbered(3)), { token: "secret" });
  const as = (query, authorization, method) => pull(query, { method, headers: authorization ? { authorization } : {} });
  assert.equal((await as("")).status, 401);
  assert.equal((await as("", "Bearer other")).status, 401);
  for (const [query, status] of [["?limit=0", 400], ["?limit=x", 400], ["?limit=-1", 400], ['?subset=["eq","_S.a",1]', 404], ["", 200]]) {
    const { status: given, body, type } = await as(query, "Bearer secret");
    assert.equal(given, status, query);
    if (status !== 200) assert.deepEqual([body.status, type], [status, "application/problem+json"]);
  }
  assert.equal((await as("", "Bearer secret", "DELETE")).status, 405);
});

test("what fails before the first entity is the answer's status, and nobody's secrets are told", async (t) => {
  const error = (fields) => new BrookmarkError({ message: "told", ...fields });
  for (const [thrown, status, detail] of [
    [new Error("password 1234"), 502, "the source failed"],
    ["a text", 502, "the source failed"],
    [error({ code: "position-expired", status: 410 }), 410, "told"],
    [error({ code: "recreated" }), 410, "told"],
    [error({ code: "unauthorized", status: 401 }), 502, "told"],
    [error({ code: "too-many-requests", status: 429, headers: { "retry-after": "9" } }), 503, "told"],
  ]) {
    for (const source of [
      () => {
        throw thrown;
      },
      async function* () {
        throw thrown;
      },
    ]) {
      const pull = await serve(t, source);
      const { status: given, body, headers } = await pull("?since=1");
      assert.deepEqual([given, body.detail], [status, detail]);
      assert.equal(headers.get("retry-after"), status === 503 ? "9" : null);
    }
  }
});

test("what fails later breaks the body: it is no whole array", async (t) => {
  const url = await serveFetch(
    t,
    pullHandler(async function* () {
      yield* numbered(5);
      throw new Error("gone");
    }),
  );
  const response = await fetch(url);
  assert.equal(response.status, 200);
  await assert.rejects(response.text());
});

test("entities are asked for as they are read, and no more once nobody reads", async (t) => {
  let given = 0;
  let signal;
  let isClosed = false;
  const url = await serveFetch(
    t,
    pullHandler(async function* (since, request) {
      ({ signal } = request);
      try {
        for (;;) {
          given += 1;
          yield { _id: `e${given}`, _updated: given, text: "x".repeat(10_000) };
        }
      } finally {
        isClosed = true;
      }
    }),
  );
  const end = new AbortController();
  const response = await fetch(url, { signal: end.signal });
  const reader = response.body.getReader();
  await reader.read();
  let before;
  do {
    before = given;
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (given > before);
  assert.ok(given < 5_000, `${given} entities for a reader that does not read`);
  end.abort();
  await until("the source's end", () => isClosed);
  assert.ok(signal.aborted);
});

test("what makes no sense is refused at once", () => {
  const source = listed([]);
  for (const [given, options, words] of [
    [undefined, {}, /takes a function/],
    [source, { token: "" }, /token/],
    [source, { cap: 0 }, /cap/],
    [source, { entity: "a" }, /entity/],
    [source, { limit: 5 }, /no option limit/],
  ]) {
    assert.throws(() => pullHandler(given, options), (error) => error instanceof BrookmarkError && error.culprit === "misuse" && words.test(error.message));
  }
});
