// What the Firehose emulator puts on the wire, seen without any client.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import test from "node:test";
import { firehoseEmulator } from "brookmark/emulators/firehose";

const HOUR = 3_600_000;
const RESOURCES =
  "appointments associated_contacts calls collaborations collaboration_requests contacts custom_fields deals documents leads line_items " +
  "loss_reasons notes orders products sources stages tags tasks unqualified_reasons users visits";

const authorization = "Bearer token";

/** An emulator; `ask(path)` gives the response, `read(position, limit)` a page of deals. */
async function emulate(t, options) {
  const emulator = await firehoseEmulator(options);
  t.after(() => emulator.stop());
  const ask = (path, { headers, ...init } = {}) => fetch(emulator.url + path, { headers: { authorization, ...headers }, ...init });
  const read = async (position, limit, resource = "deals") => {
    const query = new URLSearchParams({ position, ...(limit && { limit }) });
    const response = await ask(`/v3/${resource}/stream?${query}`);
    assert.equal(response.status, 200);
    return response.json();
  };
  return { emulator, ask, read };
}

/** Status, code and field of a refusal, whose form is checked. */
async function refusal(response) {
  const { errors, meta } = await response.json();
  assert.equal(meta.logref, response.headers.get("x-request-id"));
  assert.ok(meta.http_status.startsWith(`${response.status} `));
  assert.ok(meta.links);
  assert.equal(errors.length, 1);
  assert.ok(errors[0].error.message);
  return [response.status, errors[0].error.code, errors[0].error.field].filter((one) => one !== undefined);
}

const ids = ({ items }) => items.map(({ data }) => data.id);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function create(emulator, count, resource = "deals") {
  for (let n = 0; n < count; n += 1) emulator.change(resource, { name: `größer ${n}` });
}

test("a page has what happened behind a position, oldest first, and where to go on", async (t) => {
  const { emulator, read } = await emulate(t);
  create(emulator, 60);
  const first = await read("tail");
  assert.deepEqual(ids(first), range(1, 25), "25 where nothing is said");
  assert.equal(first.meta.top, false);
  const next = new URL(first.meta.links.next);
  assert.deepEqual([next.origin, next.pathname, next.searchParams.get("position")], [emulator.url, "/v3/deals/stream", first.meta.position]);
  const second = await (await fetch(next, { headers: { authorization } })).json();
  assert.deepEqual(ids(second), range(26, 50));
  const third = await read(second.meta.position);
  assert.deepEqual([ids(third), third.meta.top], [range(51, 60), true]);
  assert.deepEqual(ids(await read(third.meta.position)), []);
  create(emulator, 1);
  assert.deepEqual(ids(await read(third.meta.position)), [61]);
  assert.deepEqual(ids(await read("tail", 100)), range(1, 61));
  const top = await read("top");
  assert.deepEqual([ids(top), top.meta.top], [[], true], "no history from the top");
  create(emulator, 1);
  assert.deepEqual(ids(await read(top.meta.position)), [62]);
});

test("every resource has a stream and positions of its own", async (t) => {
  const { emulator, ask, read } = await emulate(t);
  const names = RESOURCES.split(" ");
  assert.equal(names.length, 22);
  for (const [n, resource] of names.entries()) {
    for (let count = 0; count <= n; count += 1) emulator.change(resource, {});
    const { items } = await read("tail", 100, resource);
    assert.deepEqual(items.map(({ meta }) => meta.type), Array(n + 1).fill(resource.slice(0, -1)));
  }
  const { meta } = await read("tail", 1, "leads");
  const foreign = await ask(`/v3/deals/stream?position=${encodeURIComponent(meta.position)}`);
  assert.deepEqual(await refusal(foreign), [400, "invalid_param", "/position"]);
});

test("an event tells who, what, when and why, and what an update replaced", async (t) => {
  const { emulator, read } = await emulate(t);
  const told = [
    emulator.change("deals", { name: "größer", value: "100.00", tags: ["hot"], custom_fields: { colour: "blue" } }),
    emulator.change("deals", { id: 1, value: "99999999999999999.99", tags: ["hot", "big"] }, { cause: "embedded_object_event" }),
    emulator.remove("deals", 1, { cause: "system" }),
    emulator.change("deals", { id: 1, name: "again" }),
  ];
  const { items } = await read("tail");
  assert.deepEqual(items, told);
  const [created, updated, deleted, again] = items;
  for (const { meta } of items) {
    assert.match(meta.event_id, /^[\w-]{22}$/);
    assert.match(meta.event_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(meta.type, "deal");
  }
  assert.equal(new Set(items.map(({ meta }) => meta.event_id)).size, 4);
  assert.deepEqual(items.map(({ meta }) => [meta.event_type, meta.event_cause, meta.sequence]), [
    ["created", "interaction", 1],
    ["updated", "embedded_object_event", 2],
    ["deleted", "system", 3],
    ["created", "interaction", 4],
  ]);
  const tag = (name) => ({ data: { name, resource_type: "deal" }, meta: { type: "tag" } });
  assert.deepEqual(created.data.tags, [tag("hot")]);
  assert.deepEqual(created.data.custom_fields, [{ data: { name: "colour", value: "blue" }, meta: { type: "custom_field" } }]);
  assert.deepEqual([updated.data.name, updated.data.value], ["größer", "99999999999999999.99"], "the whole snapshot");
  assert.deepEqual(updated.meta.previous, { value: "100.00", tags: [tag("hot")] });
  assert.deepEqual(items.map(({ meta }) => "previous" in meta), [false, true, false, false]);
  assert.deepEqual(deleted.data, updated.data);
  assert.equal(again.data.value, "0.00");
  assert.throws(() => emulator.remove("deals", 7), /there is no deal 7/);
  assert.throws(() => emulator.change("cars", {}), /there is no resource cars/);
});

test("a position is padded base64 that has to be percent-encoded", async (t) => {
  const { emulator, ask, read } = await emulate(t);
  for (let n = 0; n < 12; n += 1) {
    const { position } = (await read("top")).meta;
    assert.match(position, /^(?=.*\+)(?=.*\/)[A-Za-z0-9+/]+={1,2}$/);
    assert.equal((await ask(`/v3/deals/stream?position=${encodeURIComponent(position)}`)).status, 200);
    for (const raw of [position, position.replaceAll("=", "%3D"), encodeURIComponent(position).replaceAll("%2F", "/")]) {
      assert.deepEqual(await refusal(await ask(`/v3/deals/stream?position=${raw}`)), [400, "invalid_param", "/position"], raw);
    }
    create(emulator, 1);
  }
});

test("a request that is not as documented is refused, with the reason", async (t) => {
  const { ask, emulator } = await emulate(t, { tokens: ["token", { token: "other", scopes: ["write"] }] });
  for (const [path, headers, ...expected] of [
    ["/v3/deals/stream", {}, 400, "invalid_param", "/position"],
    ["/v3/deals/stream?position=", {}, 400, "invalid_param", "/position"],
    ["/v3/deals/stream?position=banana", {}, 400, "invalid_param", "/position"],
    ["/v3/deals/stream?position=ZGVhbHMsMCwx", {}, 400, "invalid_param", "/position"],
    ...["0", "101", "-1", "x", ""].map((limit) => [`/v3/deals/stream?position=top&limit=${limit}`, {}, 400, "invalid_param", "/limit"]),
    ["/v3/deals/stream?position=top", { accept: "text/html" }, 400, "invalid_header", "/Accept"],
    ["/v3/deals/stream?position=top", { authorization: "" }, 401, "unauthorized"],
    ["/v3/deals/stream?position=top", { authorization: "Bearer nobody" }, 401, "unauthorized"],
    ["/v3/deals/stream?position=top", { authorization: "Basic token" }, 401, "unauthorized"],
    ["/v3/deals/stream?position=top", { authorization: "Bearer other" }, 403, "insufficient_scope"],
    ["/v3/cars/stream?position=top", {}, 404, "incorrect_path"],
    ["/v3/deals?position=top", {}, 404, "incorrect_path"],
    ["/v1/deals", {}, 404, "incorrect_path"],
    ["/v2/deals/1", {}, 404, "not_found"],
  ]) {
    assert.deepEqual(await refusal(await ask(path, { headers })), expected, `${path} ${JSON.stringify(headers)}`);
  }
  assert.ok(!JSON.stringify(emulator.requests).includes("token"));
});

test("a client that does not say what it is, is refused", async (t) => {
  const { emulator } = await emulate(t);
  const { hostname, port } = new URL(emulator.url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET /v3/deals/stream?position=top HTTP/1.1\r\nHost: sell\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`);
  let text = "";
  socket.setEncoding("utf8").on("data", (part) => (text += part));
  await once(socket, "close");
  assert.match(text, /^HTTP\/1.1 400 [^]*"code":"invalid_user_agent"/);
});

test("a page without items is not the top while others' events are passed over", async (t) => {
  const { emulator, read } = await emulate(t, { scan: 50 });
  create(emulator, 1);
  emulator.elsewhere("deals", 120);
  create(emulator, 1);
  const pages = [await read("tail")];
  while (!pages.at(-1).meta.top) pages.push(await read(pages.at(-1).meta.position));
  assert.deepEqual(pages.map(ids), [[1], [], [2]]);
  assert.deepEqual(pages.map(({ meta }) => meta.top), [false, false, true]);
  assert.equal(new Set(pages.map(({ meta }) => meta.position)).size, 3, "each page moves on");
});

test("others' events come by chance too", async (t) => {
  const { emulator, read } = await emulate(t, { scan: 10, elsewhere: 0.3 });
  create(emulator, 200);
  emulator.fill("deals", 5_000);
  const seen = [];
  let [position, empty] = ["tail", 0];
  for (let top = false; !top; ) {
    const page = await read(position, 100);
    ({ position, top } = page.meta);
    seen.push(...ids(page));
    if (page.items.length === 0 && !top) empty += 1;
  }
  assert.deepEqual(seen, range(1, 5_200));
  assert.ok(empty > 0);
});

test("what is older than three days is gone, and so is a position there", async (t) => {
  const { emulator, ask, read } = await emulate(t);
  create(emulator, 3);
  const { meta: old } = await read("tail", 1);
  const { meta: top } = await read("top");
  emulator.advance(71 * HOUR);
  assert.deepEqual(ids(await read(old.position)), [2, 3]);
  create(emulator, 2);
  emulator.advance(2 * HOUR);
  const answer = await ask(`/v3/deals/stream?position=${encodeURIComponent(old.position)}`);
  assert.deepEqual(await refusal(answer), [410, "gone"]);
  assert.deepEqual(ids(await read("tail")), [4, 5]);
  assert.deepEqual(ids(await read(top.position)), [4, 5], "behind it nothing is missing");
  emulator.advance(72 * HOUR);
  assert.deepEqual([ids(await read("tail")), (await read("tail")).meta.top], [[], true]);
});

test("the same snapshot is shown again: another event, the same sequence", async (t) => {
  const { emulator, read } = await emulate(t);
  create(emulator, 3);
  emulator.fill("deals", 2);
  emulator.repeat("deals", 3);
  const { items } = await read("tail");
  assert.deepEqual(items.map(({ data, meta }) => [data.id, meta.sequence]), [1, 2, 3, 4, 5, 3, 4, 5].map((n) => [n, n]));
  assert.equal(new Set(items.map(({ meta }) => meta.event_id)).size, 8);
  const others = ({ data, meta: { event_id, ...meta } }) => ({ data, meta });
  assert.deepEqual(items.slice(5).map(others), items.slice(2, 5).map(others));
});

test("an event is there after the latency", async (t) => {
  const { emulator, read } = await emulate(t, { latency: 60_000 });
  create(emulator, 1);
  const before = await read("tail");
  assert.deepEqual([ids(before), before.meta.top], [[], true]);
  emulator.advance(61_000);
  assert.deepEqual(ids(await read(before.meta.position)), [1]);
});

test("what was filled in can be changed like everything else", async (t) => {
  const { emulator, read } = await emulate(t);
  emulator.fill("contacts", 1_000_000);
  emulator.change("contacts", { id: 999_999, name: "Ada" });
  const top = await read("top", 1, "contacts");
  emulator.remove("contacts", 3);
  emulator.change("contacts", { name: "Bob" });
  const { items } = await read(top.meta.position, 100, "contacts");
  assert.deepEqual(items.map(({ data, meta }) => [data.id, meta.event_type, meta.sequence]), [[3, "deleted", 1_000_002], [1_000_001, "created", 1_000_003]]);
  const first = await read("tail", 2, "contacts");
  assert.deepEqual(first.items.map(({ data, meta }) => [data.id, meta.sequence]), [[1, 1], [2, 2]]);
  assert.match(first.items[0].meta.event_id, /^[\w-]{22}$/);
});

test("the rate limit is per token and hour, and says nothing of itself", async (t) => {
  const { emulator, ask } = await emulate(t, { rateLimit: 3, tokens: ["token", "other"] });
  const path = "/v3/deals/stream?position=top";
  for (let n = 0; n < 3; n += 1) assert.equal((await ask(path)).status, 200);
  const refused = await ask(path);
  assert.deepEqual(["retry-after", "x-ratelimit-limit"].map((name) => refused.headers.get(name)), [null, null]);
  assert.deepEqual(await refusal(refused), [429, "rate_limit_exceeded"]);
  assert.equal((await ask(path, { headers: { authorization: "Bearer other" } })).status, 200);
  emulator.advance(HOUR);
  assert.equal((await ask(path)).status, 200);
});

test("a page may be asked for from any origin", async (t) => {
  const { emulator, ask } = await emulate(t);
  const preflight = await fetch(`${emulator.url}/v3/deals/stream`, { method: "OPTIONS" });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-headers"), /Authorization/);
  const response = await ask("/v3/deals/stream?position=top");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.match(response.headers.get("access-control-expose-headers"), /X-Request-Id/);
});

test("answers are cut, broken off, replaced, delayed and refused as told, and then they are not", async (t) => {
  const { emulator, ask, read } = await emulate(t);
  create(emulator, 5);
  const path = "/v3/deals/stream?position=tail";
  const whole = await (await ask(path)).text();
  for (const after of [0, 1, 100, Buffer.byteLength(whole) - 1]) {
    emulator.cut({ after });
    const response = await ask(path);
    const parts = [];
    await assert.rejects(async () => {
      for await (const part of response.body) parts.push(part);
    });
    assert.equal(Buffer.concat(parts).length, after);
  }
  emulator.truncate({ after: 50 });
  assert.equal(await (await ask(path)).text(), whole.slice(0, 50));
  emulator.truncate();
  assert.ok(whole.startsWith(await (await ask(path)).text()));
  emulator.html();
  const portal = await ask(path);
  assert.deepEqual([portal.status, portal.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  assert.match(await portal.text(), /^<!doctype html>/);
  emulator.refuse({ status: 503, times: 1, retryAfter: 2, path: "/v3/deals" });
  assert.equal((await ask("/v3/leads/stream?position=tail")).status, 200);
  const refused = await ask(path);
  assert.equal(refused.headers.get("retry-after"), "2");
  assert.deepEqual(await refusal(refused), [503, "temporarily_unavailable"]);
  for (const [status, code] of [[500, "server_error"], [502, "server_error"], [504, "server_error"]]) {
    emulator.refuse({ status, times: 1 });
    assert.deepEqual(await refusal(await ask(path)), [status, code]);
  }
  emulator.delay({ duration: 50 });
  const begin = performance.now();
  assert.equal((await ask(path)).status, 200);
  assert.ok(performance.now() - begin >= 45);
  emulator.refuse();
  emulator.accept();
  assert.deepEqual(ids(await read("tail")), range(1, 5));
});

test("it goes away and comes back, at the same address and with all it had", async (t) => {
  const { emulator, ask, read } = await emulate(t);
  create(emulator, 2);
  const { meta } = await read("tail", 1);
  const { url } = emulator;
  await emulator.stop();
  await assert.rejects(ask("/v3/deals/stream?position=tail"));
  create(emulator, 1);
  await emulator.start();
  assert.equal(emulator.url, url);
  assert.deepEqual(ids(await read(meta.position)), [2, 3]);
});
