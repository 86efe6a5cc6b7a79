// The traps of polling, as a user of the package meets them: real servers, the built package.

import assert from "node:assert/strict";
import test from "node:test";
import { poll } from "brookmark";
import { pollOptions } from "../../src/js/poll-options.js";
import { answer, serve } from "../support/server.mjs";
import { positionIn, webStore } from "../support/stores.mjs";
import { until, watchWith } from "../support/watch.mjs";

const JSON_TYPE = { "content-type": "application/json" };
const send = (exchange, body, headers = {}) =>
  void exchange.head(200, { ...JSON_TYPE, ...headers }).write(typeof body === "string" ? body : JSON.stringify(body)).end();
const page = (body, headers) => (exchange) => send(exchange, body, headers);
const query = (exchange) => Object.fromEntries(new URL(exchange.path, "http://x").searchParams);
const row = (id, more) => ({ id: `i${id}`, seq: id, ...more });
const rows = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => row(from + n));

/** Items in order, each with its position. */
const byItem = { id: "/id", position: { item: "/seq", kind: "decimal" }, resume: { query: "since" }, every: 20 };
/** The body names the position. */
const byBody = { items: "/items", id: "/id", position: { body: "/next" }, resume: { query: "since" }, every: 20 };
const watch = (t, url, options) => watchWith(poll, t, url, options);
const ids = (seen) => seen.ids.map((id) => Number(id.slice(1)));

test("positions beyond a double's digits go there and back unchanged", async (t) => {
  for (const [kind, text, asked] of [
    ["decimal", "9007199254740993", "9007199254740993"],
    ["epoch-ns", "1795272000123456789", "1795272000123456789"],
    ["rfc3339", '"2026-11-20T14:40:00.123456789+02:00"', "2026-11-20T14:40:00.123456789+02:00"],
  ]) {
    const server = await serve(t, page(`[{"id":"i1","seq":${text}}]`), page([]));
    const seen = watch(t, server.url, { ...byItem, position: { item: "/seq", kind } });
    await seen.until("two requests", () => server.exchanges.length >= 2);
    assert.equal(query(server.exchanges[1]).since, asked);
    await seen.until("the position", () => seen.stream.position === asked);
    await seen.stream.close();
  }
});

test("a number goes into the body of a search digit for digit", async (t) => {
  const server = await serve(t, page('[{"id":"i1","seq":9007199254740993}]'), page([]));
  const seen = watch(t, server.url, {
    ...byItem,
    method: "POST",
    body: { filter: { state: "open" } },
    resume: { body: "/filter/after", number: true },
  });
  await seen.until("two requests", () => server.exchanges.length >= 2 && server.exchanges[1].body);
  assert.equal(server.exchanges[1].body, '{"filter":{"state":"open","after":9007199254740993}}');
});

test("a body that is cut, is HTML or an error is told, and asked for again", async (t) => {
  const server = await serve(
    t,
    (exchange) => {
      exchange.head(200, { ...JSON_TYPE, "content-length": "1000" }).write('{"items":[{"id":"i1"}],"ne');
      setTimeout(() => exchange.cut(), 30);
    },
    page('{"items":[{"id":"i1"}],"ne'),
    page("<!doctype html>"),
    page("<!doctype html>", { "content-type": "text/html" }),
    page({ items: [row(1)], next: "a", error: { message: "try later" } }),
    page({ items: [row(1)], next: "b" }),
    page({ items: [], next: "b" }),
  );
  const seen = watch(t, server.url, { ...byBody, failure: "/error" });
  await seen.until("the position", () => seen.stream.position === "b");
  assert.deepEqual(seen.codes, ["network", "bad-page", "bad-page", "bad-content-type", "source-error"]);
  assert.deepEqual(ids(seen), [1]);
  const [, cut] = seen.errors;
  assert.equal(cut.culprit, "peer");
  assert.equal(cut.status, 200);
});

test("a body of 100 MB ends the stream at the limit, and is not read to its end", async (t) => {
  let sent = 0;
  const piece = `${JSON.stringify(row(1, { filler: "x".repeat(1_000) }))},`.repeat(1_000);
  const server = await serve(t, (exchange) => {
    exchange.head(200, JSON_TYPE).write('{"items":[');
    const more = () => {
      while (sent < 100_000_000 && !exchange.abandoned) {
        sent += piece.length;
        if (!exchange.response.write(piece)) return void exchange.response.once("drain", more);
      }
    };
    more();
  });
  const before = process.memoryUsage().rss;
  const seen = watch(t, server.url, { ...byBody, maxPageBytes: 4_000_000 });
  const error = await seen.end();
  assert.equal(error.code, "page-too-large");
  assert.equal(error.culprit, "limit");
  assert.ok(sent < 50_000_000, `${sent} bytes were sent`);
  assert.ok(process.memoryUsage().rss - before < 100_000_000);
  assert.deepEqual(seen.events, []);
});

for (const [policy, came, word] of [
  ["earliest", [1, 2, 7], "tail"],
  ["latest", [1, 2, 7], "top"],
  ["fail", [1, 2], null],
]) {
  test(`a position that is gone in the middle of a run, with the policy ${policy}`, async (t) => {
    const server = await serve(t, page({ items: rows(1, 2), next: "a", top: false }), answer(410, {}, "gone"), (exchange) =>
      send(exchange, { items: query(exchange).since === word ? [row(7)] : [], next: "b", top: true }),
    );
    const seen = watch(t, server.url, {
      ...byBody,
      bookmark: "deals",
      words: { earliest: "tail", latest: "top" },
      top: { flag: "/top" },
      onGap: policy,
    });
    if (policy === "fail") assert.equal((await seen.end()).code, "position-expired");
    else await seen.until("the position", () => seen.stream.position === "b");
    assert.deepEqual(seen.gaps.map(({ reason, position }) => [reason, position]), [["position-expired", "a"]]);
    assert.deepEqual(ids(seen), came);
    if (word) assert.equal(query(server.exchanges[2]).since, word);
  });
}

test("a crash in the middle of a page repeats what was not handled, and nothing else", async (t) => {
  const server = await serve(t, (exchange) =>
    send(exchange, query(exchange).since === undefined ? { items: [row(1)], next: "a" } : { items: rows(2, 9), next: query(exchange).since === "a" ? "b" : "c" }),
  );
  const store = webStore();
  const handling = [];
  const first = watch(t, server.url, {
    ...byBody,
    bookmark: "deals",
    store,
    onEvent: (event) => (Number(event.id.slice(1)) <= 5 ? undefined : new Promise((done) => handling.push(done))),
  });
  await first.until("an item that hangs", () => handling.length === 1);
  await first.until("its commit", () => positionIn(store.entries.get("brookmark:deals")) === "a");
  // What a process that is killed now leaves behind.
  const left = webStore(new Map(store.entries));
  const second = watch(t, server.url, { ...byBody, bookmark: "deals", store: left });
  await second.until("the position", () => second.commits.includes("b"));
  assert.deepEqual(ids(second).slice(0, 4), [6, 7, 8, 9]);
});

test("the bookmark of a changed filter is a gap, and of a changed token is not", async (t) => {
  const server = await serve(t, page({ items: [], next: "a" }));
  const store = webStore();
  const asked = async (body) => {
    const seen = watch(t, server.url, { ...byBody, bookmark: "deals", store, method: "POST", body });
    const before = server.exchanges.length;
    await seen.until("a request and the position", () => server.exchanges.length > before && seen.stream.position === "a");
    await seen.stream.close();
    return [query(server.exchanges[before]).since, seen.gaps.map((gap) => gap.reason)];
  };
  assert.deepEqual(await asked({ state: "open", token: "x" }), [undefined, []]);
  assert.deepEqual(await asked({ state: "open", token: "y" }), ["a", []]);
  assert.deepEqual(await asked({ state: "closed", token: "y" }), [undefined, ["bookmark-foreign"]]);
});

test("a link to another server is not followed, wherever it comes from", async (t) => {
  const elsewhere = await serve(t, page({ items: [], next: "/more" }));
  const byLink = { ...byBody, resume: { url: true }, headers: { "x-key": "secret" } };
  const absolute = await serve(t, page({ items: [], next: elsewhere.url }));
  assert.equal((await watch(t, absolute.url, byLink).end()).code, "bad-link");
  assert.equal(elsewhere.exchanges.length, 0);
  // A redirect leads there, and what is found there is relative.
  const redirecting = await serve(
    t,
    (exchange) => void exchange.head(302, { location: elsewhere.url }).end(),
    page({ items: [], next: "/more" }),
  );
  const seen = watch(t, redirecting.url, byLink);
  await seen.until("three requests", () => redirecting.exchanges.length >= 2);
  assert.deepEqual(redirecting.exchanges.slice(0, 2).map(({ path }) => path), ["/events", "/more"]);
  assert.equal(elsewhere.exchanges.length, 1);
});

test("a loop is told, and is no hammering", async (t) => {
  const server = await serve(t, (exchange) => send(exchange, { items: [row(1)], page: query(exchange).page === "a" ? "b" : "a" }));
  const seen = watch(t, server.url, {
    ...byItem,
    items: "/items",
    page: { body: "/page", to: { query: "page" } },
    every: { min: 300, max: 300 },
  });
  await seen.until("two errors", () => seen.codes.filter((code) => code === "no-progress").length === 2, 5_000);
  assert.ok(server.exchanges.length < 20, `${server.exchanges.length} requests`);
  assert.deepEqual(ids(seen), [1]);
});

test("patience that the source asks for is had, and eats no attempts", async (t) => {
  const server = await serve(
    t,
    ...Array.from({ length: 4 }, () => answer(429, { "retry-after": "0" })),
    page([row(1)]),
    page([]),
  );
  const seen = watch(t, server.url, { ...byItem, retry: { min: 10, max: 20, attempts: 2 } });
  await seen.received(1);
  assert.deepEqual(seen.codes, Array(4).fill("too-many-requests"));
});

test("without Retry-After, refusals are attempts, and come further and further apart", async (t) => {
  const server = await serve(t, answer(429));
  const seen = watch(t, server.url, { ...byItem, retry: { min: 10, max: 1_000, factor: 2, jitter: 0, attempts: 4 } });
  assert.equal((await seen.end()).code, "retries-exhausted");
  assert.deepEqual(seen.retries.map(({ delay }) => delay), [10, 20, 40]);
});

test("not modified is no error and no event; from time to time a request is a full one", async (t) => {
  const server = await serve(t, (exchange) =>
    exchange.headers["if-none-match"] ? void exchange.head(304).end() : send(exchange, [], { etag: '"a"' }),
  );
  const seen = watch(t, server.url, { ...byItem, conditional: true, every: 10 });
  await seen.until("forty rounds", () => server.exchanges.length >= 40);
  const full = server.exchanges.filter(({ headers }) => !headers["if-none-match"]).length;
  assert.ok(full >= 3 && full <= 5, `${full} of ${server.exchanges.length} were full`);
  assert.deepEqual(seen.codes, []);
});

test("several sources have a position each, and a gap in one is a gap in that one", async (t) => {
  let isGone = false;
  const server = await serve(t, (exchange) => {
    const { since } = query(exchange);
    const isA = exchange.path.startsWith("/a");
    if (isA && isGone && since) return void exchange.head(410).end();
    send(exchange, isA ? (since ? [] : rows(1, isGone ? 3 : 2)) : since ? [] : rows(11, 11));
  });
  const seen = watch(t, server.url, { ...byItem, bookmark: "both", sources: { a: "/a", b: "/b" } });
  await seen.until("both positions", () => seen.stream.position === '{"a":"2","b":"11"}');
  isGone = true;
  await seen.until("the gap", () => seen.gaps.length === 1);
  await seen.until("what was there behind it", () => seen.stream.position === '{"a":"3","b":"11"}');
  assert.equal(seen.gaps[0].position, "2");
  assert.deepEqual(ids(seen), [1, 2, 11, 3]);
});

test("drain() ends at the top with everything handled and kept", async (t) => {
  const all = rows(1, 250);
  const server = await serve(t, (exchange) => {
    const since = Number(query(exchange).since ?? 0);
    send(exchange, all.slice(since, since + 100));
  });
  const store = webStore();
  const handled = [];
  const tops = [];
  const stream = poll(server.url, {
    ...byItem,
    bookmark: "deals",
    store,
    concurrency: 8,
    onTop: (top) => tops.push(top),
    async onEvent(event) {
      await null;
      handled.push(event.data.seq);
    },
  });
  t.after(() => stream.close());
  await stream.drain();
  assert.deepEqual(handled, all.map(({ seq }) => seq));
  assert.equal(positionIn(store.entries.get("brookmark:deals")), "250");
  assert.deepEqual(tops, [{ events: 250, pages: 4, delay: null }]);
  assert.equal(stream.state, "closed");
});

test("with every: false, iteration ends at the top", async (t) => {
  const server = await serve(t, page(rows(1, 3)), page([]));
  const seen = [];
  for await (const event of poll(server.url, { ...byItem, every: false })) seen.push(event.data.seq);
  assert.deepEqual(seen, [1, 2, 3]);
});

test("a held request may take longer to be answered than another one, unless the application says how long", () => {
  const timeout = (options) => pollOptions("https://example.org/", { ...byItem, ...options }).connectTimeout;
  assert.deepEqual([timeout({}), timeout({ longPoll: true }), timeout({ longPoll: true, connectTimeout: 9 })], [undefined, 300_000, 9]);
});

test("a long poll that is not held is spaced", async (t) => {
  const server = await serve(t, page([]));
  const seen = watch(t, server.url, { ...byItem, longPoll: true });
  await seen.until("three requests", () => server.exchanges.length >= 3, 5_000);
  const [first, second, third] = server.exchanges;
  assert.ok(second.at - first.at >= 200 && third.at - second.at >= 300, "it hammers");
});

test("lists that come newest first are told oldest first, and what was overrun is a gap", async (t) => {
  let last = 3;
  const server = await serve(t, (exchange) => send(exchange, rows(Math.max(1, last - 4), last).reverse()));
  const seen = watch(t, server.url, { ...byItem, bookmark: "feed", resume: undefined, order: "newest-first" });
  await seen.until("the first", () => seen.stream.position === "3");
  last = 5;
  await seen.until("two more", () => seen.stream.position === "5");
  assert.deepEqual(seen.gaps, []);
  last = 20;
  await seen.until("the rest", () => seen.stream.position === "20");
  assert.deepEqual(seen.gaps.map(({ reason, position }) => [reason, position]), [["overrun", "5"]]);
  assert.deepEqual(ids(seen), [1, 2, 3, 4, 5, 16, 17, 18, 19, 20]);
});

test("a source made anew is a gap, also where nobody looked meanwhile", async (t) => {
  let generation = "one";
  const server = await serve(t, (exchange) =>
    send(exchange, query(exchange).since ? [] : [row(1, { of: generation })], { "x-generation": generation }),
  );
  const store = webStore();
  const options = { ...byItem, bookmark: "deals", store, incarnation: { header: "X-Generation" } };
  const first = watch(t, server.url, options);
  await first.until("a commit", () => first.commits.length > 0);
  await first.stream.close();
  generation = "two";
  const second = watch(t, server.url, options);
  await second.received(1);
  assert.deepEqual(second.gaps.map((gap) => gap.reason), ["recreated"]);
  assert.equal(second.data[0].of, "two");
});

test("a row of the future comes and does not move the position", async (t) => {
  const now = Math.floor(Date.now() / 1_000);
  const server = await serve(t, (exchange) =>
    send(exchange, [{ id: "i1", at: now - 60 }, { id: "i2", at: now + 3_000_000 }].filter(({ at }) => at > Number(query(exchange).since ?? 0))),
  );
  const seen = watch(t, server.url, { ...byItem, position: { item: "/at", kind: "epoch-s" } });
  await until("some rounds", () => server.exchanges.length >= 5);
  assert.deepEqual(ids(seen), [1, 2]);
  assert.equal(seen.stream.position, String(now - 60));
  assert.ok(seen.codes.includes("future-position"));
});
