// What the HubSpot emulator puts on the wire, seen without any client.

import assert from "node:assert/strict";
import test from "node:test";
import { hubspotEmulator } from "brookmark/emulators/hubspot";

const DEALS = "/crm/v3/objects/deals";
const headers = { authorization: "Bearer token" };

/** `get(path)` and `search(body, path)` give status, headers and body. Limits are tested on their own. */
async function emulate(t, options) {
  const emulator = await hubspotEmulator({ rates: { general: Infinity, search: Infinity }, ...options });
  t.after(() => emulator.stop());
  const ask = async (path, init) => {
    const response = await fetch(emulator.url + path, { headers, ...init });
    return { status: response.status, said: (name) => response.headers.get(name), body: await response.json().catch(() => undefined) };
  };
  return {
    emulator,
    get: ask,
    search: (body, path = DEALS) => ask(`${path}/search`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
}

const ids = ({ body }) => body.results.map(({ id }) => Number(id));
const filtered = (...filters) => ({ filterGroups: [{ filters }] });
const filter = (propertyName, operator, more) => ({ propertyName, operator, ...more });

test("a list goes by ten, or as asked for up to a hundred, to where `paging` ends", async (t) => {
  const { emulator, get } = await emulate(t);
  emulator.createMany("deals", 205, (n) => ({ dealname: `deal ${n}` }));
  const first = await get(DEALS);
  assert.deepEqual(ids(first), [51, 101, 151, 201, 251, 301, 351, 401, 451, 501]);
  const { after, link } = first.body.paging.next;
  assert.deepEqual(ids(await get(link.slice(emulator.url.length))), [551, 601, 651, 701, 751, 801, 851, 901, 951, 1001]);
  const second = await get(`${DEALS}?limit=100&after=${after}`);
  assert.equal(second.body.results.length, 100);
  const last = await get(`${DEALS}?limit=100&after=${second.body.paging.next.after}`);
  assert.deepEqual([last.body.results.length, last.body.paging], [95, undefined]);
  for (const wrong of ["limit=0", "limit=101", "limit=x", "after=x"]) assert.equal((await get(`${DEALS}?${wrong}`)).status, 400, wrong);
});

test("a list ends properly where its last page is full", async (t) => {
  const { emulator, get } = await emulate(t);
  emulator.createMany("deals", 10);
  assert.deepEqual([(await get(DEALS)).body.results.length, (await get(DEALS)).body.paging], [10, undefined]);
  assert.deepEqual((await get("/crm/v3/objects/companies")).body, { results: [] });
});

test("an object's properties are texts, those asked for or those that its type has in any case", async (t) => {
  const { emulator, get, search } = await emulate(t);
  const { createdAt, updatedAt } = emulator.create("deals", { dealname: "größer", amount: 12.5, hot: true, secret: "x", closedate: new Date("2026-01-02T03:04:05Z") });
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const always = { createdate: createdAt, hs_lastmodifieddate: updatedAt, hs_object_id: "51" };
  const standing = { amount: "12.5", closedate: "2026-01-02T03:04:05.000Z", dealname: "größer", dealstage: null, pipeline: null };
  const [listed] = (await get(DEALS)).body.results;
  assert.deepEqual(listed, { id: "51", properties: { ...always, ...standing }, createdAt, updatedAt, archived: false });
  assert.deepEqual((await search({})).body, { total: 1, results: [listed] });
  for (const query of ["properties=hot,pipeline,unheard_of", "properties=hot&properties=pipeline"]) {
    assert.deepEqual((await get(`${DEALS}?${query}`)).body.results[0].properties, { ...always, hot: "true", pipeline: null });
  }
  assert.deepEqual((await search({ properties: ["hot"] })).body.results[0].properties, { ...always, hot: "true" });
});

test("archived objects are listed when asked for, and never found", async (t) => {
  const { emulator, get, search } = await emulate(t);
  emulator.createMany("deals", 4);
  emulator.archive("deals", "101");
  assert.deepEqual(ids(await get(DEALS)), [51, 151, 201]);
  const { body } = await get(`${DEALS}?archived=true`);
  assert.deepEqual(body.results.map(({ id, archived, archivedAt }) => [id, archived, typeof archivedAt]), [["101", true, "string"]]);
  assert.deepEqual(ids(await search({ sorts: ["hs_object_id"] })), [51, 151, 201]);
});

test("a search goes by ten, or as asked for up to two hundred, by offsets, and says how many there are", async (t) => {
  const { emulator, search } = await emulate(t);
  emulator.createMany("deals", 450);
  const first = await search({});
  assert.deepEqual([first.body.results.length, first.body.total, first.body.paging], [10, 450, { next: { after: "10" } }]);
  const second = await search({ limit: 200, after: "200" });
  assert.deepEqual([second.body.results.length, second.body.paging.next.after], [200, "400"]);
  const last = await search({ limit: 200, after: "400" });
  assert.deepEqual([last.body.results.length, last.body.paging], [50, undefined]);
  for (const wrong of [{ limit: 0 }, { limit: 201 }, { limit: "a" }, { after: "x" }, "{", "[]]"]) {
    assert.equal((await search(wrong)).status, 400, JSON.stringify(wrong));
  }
});

test("no page reaches beyond ten thousand results", async (t) => {
  const { emulator, search } = await emulate(t);
  emulator.createMany("deals", 10_250);
  const last = await search({ limit: 200, after: "9800" });
  assert.deepEqual([last.status, last.body.total, last.body.paging.next.after], [200, 10_250, "10000"]);
  const beyond = await search({ limit: 200, after: "10000" });
  assert.deepEqual([beyond.status, beyond.body.category, beyond.body.status], [400, "VALIDATION_ERROR", "error"]);
});

test("each operator finds what it says, and only NOT_HAS_PROPERTY what has no value", async (t) => {
  const { emulator, search } = await emulate(t);
  const values = [1, 2, 3, 10, null];
  const words = ["Big red-ish house", "small house", "Tree", "treehouse", null];
  for (const [n, amount] of values.entries()) emulator.create("deals", { amount, dealname: words[n] });
  for (const [name, operator, more, expected] of [
    ["amount", "LT", { value: "3" }, [1, 2]],
    ["amount", "LTE", { value: "3" }, [1, 2, 3]],
    ["amount", "GT", { value: "2" }, [3, 10]],
    ["amount", "GTE", { value: "2" }, [2, 3, 10]],
    ["amount", "EQ", { value: "10" }, [10]],
    ["amount", "NEQ", { value: "10" }, [1, 2, 3]],
    ["amount", "BETWEEN", { value: "2", highValue: "10" }, [2, 3, 10]],
    ["amount", "IN", { values: ["1", "10"] }, [1, 10]],
    ["amount", "NOT_IN", { values: ["1", "10"] }, [2, 3]],
    ["amount", "HAS_PROPERTY", {}, [1, 2, 3, 10]],
    ["amount", "NOT_HAS_PROPERTY", {}, [null]],
    ["dealname", "EQ", { value: "tree" }, [3]],
    ["dealname", "CONTAINS_TOKEN", { value: "HOUSE" }, [1, 2]],
    ["dealname", "CONTAINS_TOKEN", { value: "*house" }, [1, 2, 10]],
    ["dealname", "NOT_CONTAINS_TOKEN", { value: "house" }, [3, 10]],
  ]) {
    const { body } = await search(filtered(filter(name, operator, more)));
    const found = body.results.map(({ properties: { amount } }) => amount && Number(amount));
    assert.deepEqual(new Set(found), new Set(expected), `${name} ${operator}`);
  }
  assert.deepEqual((await search({ query: "RED house" })).body.total, 1);
  assert.equal(emulator.requests.at(-1).body, '{"query":"RED house"}');
});

test("filters in a group are all meant, groups are one or the other", async (t) => {
  const { emulator, search } = await emulate(t);
  emulator.createMany("deals", 10, (n) => ({ amount: n }));
  const group = (low, high) => ({ filters: [filter("amount", "GTE", { value: String(low) }), filter("amount", "LT", { value: String(high) })] });
  const { body } = await search({ filterGroups: [group(2, 4), group(7, 8)], sorts: [{ propertyName: "amount", direction: "DESCENDING" }] });
  assert.deepEqual(body.results.map(({ properties }) => properties.amount), ["7", "3", "2"]);
});

test("filters, groups, sorts and characters are limited", async (t) => {
  const { emulator, search } = await emulate(t);
  emulator.create("deals");
  const one = filter("amount", "HAS_PROPERTY");
  const groups = (...sizes) => ({ filterGroups: sizes.map((size) => ({ filters: Array(size).fill(one) })) });
  const padded = (characters) => `{"query":"${"x".repeat(characters - '{"query":""}'.length)}"}`;
  for (const [body, status] of [
    [groups(1, 1, 1, 1, 1), 200],
    [groups(1, 1, 1, 1, 1, 1), 400],
    [groups(10), 200],
    [groups(11), 400],
    [groups(10, 10, 5), 200],
    [groups(10, 10, 6), 400],
    [padded(3_000), 200],
    [padded(3_001), 400],
    [{ sorts: ["-amount"] }, 200],
    [{ sorts: ["amount", "dealname"] }, 400],
    [{ sorts: [{ propertyName: "unheard_of" }] }, 400],
    [{ sorts: [{ propertyName: "amount", direction: "UP" }] }, 400],
    [filtered(filter("unheard_of", "EQ", { value: "1" })), 400],
    [filtered(filter("amount", "LIKE", { value: "1" })), 400],
    [filtered(filter("amount", "BETWEEN", { value: "1" })), 400],
    [filtered(filter("amount", "IN", { value: "1" })), 400],
  ]) {
    assert.equal((await search(body)).status, status, JSON.stringify(body).slice(0, 200));
  }
});

test("ids are sorted and compared as numbers", async (t) => {
  const { emulator, search } = await emulate(t);
  emulator.createMany("deals", 60);
  const byId = { sorts: [{ propertyName: "hs_object_id", direction: "ASCENDING" }], limit: 100 };
  const found = ids(await search({ ...byId, ...filtered(filter("hs_object_id", "GT", { value: "951" })) }));
  assert.deepEqual(found, Array.from({ length: 41 }, (_, n) => 1001 + 50 * n));
});

test("the time of change is a property of another name for contacts, in milliseconds to filter by, and a date in replies", async (t) => {
  const { emulator, search } = await emulate(t);
  for (const [type, name, other] of [["contacts", "lastmodifieddate", "hs_lastmodifieddate"], ["tickets", "hs_lastmodifieddate", "lastmodifieddate"]]) {
    const path = `/crm/v3/objects/${type}`;
    const { updatedAt } = emulator.create(type);
    const at = (operator, value, property = name) => search(filtered(filter(property, operator, { value })), path);
    const millis = Date.parse(updatedAt);
    const found = await at("GTE", String(millis));
    assert.deepEqual([found.body.total, found.body.results[0].properties[name]], [1, updatedAt]);
    assert.equal((await at("GT", String(millis))).body.total, 0);
    assert.equal((await at("GTE", updatedAt)).status, 400);
    assert.equal((await at("GTE", String(millis), other)).status, 400);
  }
});

test("a bulk update gives every row one time, and no page can be trusted to follow another by it", async (t) => {
  const { emulator, search } = await emulate(t);
  emulator.createMany("deals", 30);
  emulator.advance(1_000);
  emulator.updateAll("deals", { dealstage: "won" });
  const sorts = [{ propertyName: "hs_lastmodifieddate", direction: "ASCENDING" }];
  const pages = [await search({ sorts }), await search({ sorts, after: "10" }), await search({ sorts, after: "20" })];
  const times = pages.flatMap(({ body }) => body.results.map(({ updatedAt }) => updatedAt));
  assert.equal(new Set(times).size, 1);
  assert.ok(new Set(pages.flatMap(ids)).size < 30, "two replicas order them differently");
  const byId = [{ propertyName: "hs_object_id", direction: "ASCENDING" }];
  const keyed = [await search({ sorts: byId }), await search({ sorts: byId, after: "10" }), await search({ sorts: byId, after: "20" })];
  assert.equal(new Set(keyed.flatMap(ids)).size, 30);
});

test("a change is listed at once, and found some time later", async (t) => {
  const { emulator, get, search } = await emulate(t, { indexDelay: 5_000 });
  const { id, updatedAt } = emulator.create("deals", { dealname: "old" });
  assert.deepEqual([ids(await get(DEALS)), ids(await search({}))], [[51], []]);
  emulator.advance(5_000);
  assert.deepEqual(ids(await search({})), [51]);
  const changed = emulator.update("deals", id, { dealname: "new" });
  assert.ok(changed.updatedAt > updatedAt);
  const seen = async () => (await search({})).body.results.map(({ properties }) => properties.dealname);
  assert.deepEqual([(await get(DEALS)).body.results[0].properties.dealname, await seen()], ["new", ["old"]]);
  emulator.advance(5_000);
  const late = await search(filtered(filter("hs_lastmodifieddate", "LTE", { value: String(Date.parse(changed.updatedAt)) })));
  assert.deepEqual([late.body.results[0].properties.dealname, late.body.results[0].updatedAt], ["new", changed.updatedAt]);
  emulator.archive("deals", id);
  assert.deepEqual(await seen(), ["new"]);
  emulator.advance(5_000);
  assert.deepEqual(await seen(), []);
});

test("what is indexed late does not undo what was indexed before it", async (t) => {
  const delays = [0, 9_000, 1_000];
  const { emulator, search } = await emulate(t, { indexDelay: () => delays.shift() });
  const { id } = emulator.create("deals", { dealname: "one" });
  emulator.update("deals", id, { dealname: "two" });
  emulator.advance(10);
  emulator.update("deals", id, { dealname: "three" });
  const seen = async () => (await search({})).body.results.map(({ properties }) => properties.dealname);
  assert.deepEqual(await seen(), ["one"]);
  emulator.advance(1_000);
  assert.deepEqual(await seen(), ["three"]);
  emulator.advance(9_000);
  assert.deepEqual(await seen(), ["three"]);
});

test("newer paths have a version, and mean the same", async (t) => {
  const { emulator, get, search } = await emulate(t, { objects: ["deals", "2-3456789"] });
  emulator.create("deals");
  emulator.create("2-3456789");
  for (const path of ["/crm/objects/2026-03/deals", "/crm/objects/2026-03/2-3456789", "/crm/objects/v3/deals"]) {
    assert.deepEqual([ids(await get(path)), ids(await search({}, path))], [[51], [51]], path);
  }
  assert.equal((await get("/crm/v3/objects/unicorns")).body.message, "Unable to infer object type from: unicorns");
  for (const path of ["/crm/v2/objects/deals", "/crm/v3/objects", "/"]) assert.equal((await get(path)).status, 404, path);
});

test("single objects are created, read, changed and archived", async (t) => {
  const { emulator, get } = await emulate(t);
  const send = (method, path, properties) => get(path, { method, body: properties && JSON.stringify({ properties }) });
  const made = await send("POST", DEALS, { dealname: "a", closedate: "1767323045000" });
  assert.deepEqual([made.status, made.body.id, made.body.properties.closedate], [201, "51", "2026-01-02T03:04:05.000Z"]);
  const changed = await send("PATCH", `${DEALS}/51`, { dealname: "" });
  assert.deepEqual([changed.status, changed.body.properties.dealname], [200, null]);
  assert.equal((await get(`${DEALS}/51?properties=closedate`)).body.properties.closedate, "2026-01-02T03:04:05.000Z");
  assert.deepEqual([(await send("DELETE", `${DEALS}/51`)).status, (await send("DELETE", `${DEALS}/51`)).status], [204, 204]);
  assert.deepEqual([(await get(`${DEALS}/51`)).status, (await get(`${DEALS}/51?archived=true`)).status], [404, 200]);
  assert.equal((await send("PATCH", `${DEALS}/51`, {})).status, 404);
  assert.equal((await get(DEALS, { method: "PUT" })).status, 405);
  assert.deepEqual(emulator.objects("deals").map(({ archived }) => archived), [true]);
});

test("who asks without a right is told what is missing", async (t) => {
  const { emulator, get } = await emulate(t, { tokens: ["token", { token: "narrow", objects: ["contacts"] }, { token: "old", expires: 0 }] });
  const as = (authorization, path = DEALS) => get(path, { headers: authorization === undefined ? {} : { authorization } });
  const told = async (...args) => {
    const { status, body } = await as(...args);
    return [status, body.category];
  };
  assert.deepEqual(await told(), [401, "INVALID_AUTHENTICATION"]);
  assert.deepEqual(await told("Bearer tokens"), [401, "INVALID_AUTHENTICATION"]);
  assert.deepEqual(await told("Bearer old"), [401, "EXPIRED_AUTHENTICATION"]);
  assert.deepEqual(await told("Bearer narrow"), [403, "MISSING_SCOPES"]);
  assert.deepEqual(await told("Bearer {token}"), [530, undefined]);
  assert.equal((await as("Bearer narrow", "/crm/v3/objects/contacts")).status, 200);
  emulator.expire("token");
  assert.deepEqual(await told("Bearer token"), [401, "EXPIRED_AUTHENTICATION"]);
  emulator.grant("fresh");
  assert.equal((await as("Bearer fresh")).status, 200);
  assert.deepEqual(emulator.requests.map(({ status }) => status), [401, 401, 401, 403, 530, 200, 401, 200]);
  assert.ok(!JSON.stringify(emulator.requests).includes("fresh"));
});

test("searches are limited by the second, everything else by ten, and answers to searches do not say so", async (t) => {
  const { emulator, get, search } = await emulate(t, { rates: { general: 3, search: 2 } });
  const found = [await search({}), await search({}), await search({})];
  assert.deepEqual(found.map(({ status }) => status), [200, 200, 429]);
  const { correlationId, requestId, ...refusal } = found[2].body;
  assert.deepEqual(refusal, { status: "error", message: "You have reached your secondly limit.", errorType: "RATE_LIMIT", policyName: "SECONDLY" });
  assert.deepEqual([found[0].said("x-hubspot-ratelimit-max"), found[2].said("retry-after")], [null, null]);
  assert.match(`${correlationId} ${requestId}`, /^[0-9a-f-]{36} [0-9a-f-]{36}$/);

  const listed = [await get(DEALS), await get(DEALS), await get(DEALS), await get(DEALS)];
  assert.deepEqual(listed.map(({ status }) => status), [200, 200, 200, 429]);
  const names = ["max", "remaining", "interval-milliseconds", "daily", "daily-remaining"];
  assert.deepEqual(names.map((name) => listed[0].said(`x-hubspot-ratelimit-${name}`)), ["3", "2", "10000", "250000", "249997"]);
  assert.equal(listed[3].body.policyName, "TEN_SECONDLY_ROLLING");
  emulator.advance(10_000);
  assert.equal((await get(DEALS)).status, 200);
});

test("a day's limit ends at the account's own midnight, and OAuth apps are not told of it", async (t) => {
  const tokens = ["token", { token: "app", kind: "oauth" }];
  const { emulator, get } = await emulate(t, { tokens, rates: { daily: 2 }, retryAfter: true, dayBegins: -120 });
  const asApp = await get(DEALS, { headers: { authorization: "Bearer app" } });
  assert.deepEqual([asApp.said("x-hubspot-ratelimit-max"), asApp.said("x-hubspot-ratelimit-daily")], ["100", null]);
  assert.equal((await get(DEALS)).said("x-hubspot-ratelimit-daily-remaining"), "0");
  const refused = await get(DEALS);
  assert.deepEqual([refused.status, refused.body.policyName], [429, "DAILY"]);
  const seconds = Number(refused.said("retry-after"));
  const midnight = new Date(emulator.now + seconds * 1000);
  assert.equal(midnight.getUTCHours() * 60 + midnight.getUTCMinutes(), 22 * 60);
  emulator.advance((seconds - 5) * 1000);
  assert.equal((await get(DEALS)).status, 429);
  emulator.advance(5_000);
  assert.equal((await get(DEALS)).status, 200);
});

test("the emulator's clock is what answers are dated by", async (t) => {
  const { emulator, get } = await emulate(t);
  emulator.advance(86_400_000);
  const { said } = await get(DEALS);
  assert.ok(Math.abs(Date.parse(said("date")) - Date.now() - 86_400_000) < 60_000);
});

test("refusals come as told: by policy or status, with or without a time, or as a page", async (t) => {
  const { emulator, get, search } = await emulate(t);
  for (const policy of ["DAILY", "TEN_SECONDLY_ROLLING", "SECONDLY"]) {
    emulator.refuse({ policy, times: 1 });
    emulator.refuse({ policy, times: 1, retryAfter: 9 });
    const [without, withTime] = [await search({}), await get(DEALS)];
    assert.deepEqual([without.status, without.body.policyName, without.said("retry-after")], [429, policy, null]);
    assert.deepEqual([withTime.status, withTime.body.policyName, withTime.said("retry-after")], [429, policy, "9"]);
  }
  emulator.refuse({ status: 477, times: 1, retryAfter: 3600 });
  const moved = await get(DEALS);
  assert.deepEqual([moved.status, moved.said("retry-after"), moved.body.category], [477, "3600", "MIGRATION_IN_PROGRESS"]);
  for (const status of [502, 503, 504, 521, 523, 524]) {
    emulator.refuse({ status, times: 1 });
    assert.equal((await get(DEALS)).status, status);
  }
  emulator.html();
  const { said, ...page } = await get(DEALS);
  assert.deepEqual([page.status, page.body, said("content-type")], [200, undefined, "text/html; charset=utf-8"]);
  assert.equal((await get(DEALS)).status, 200);
});

test("a body is cut at the byte that was named, and a restart keeps address and objects", async (t) => {
  const { emulator, get } = await emulate(t);
  emulator.create("deals", { dealname: "größer" });
  emulator.cut({ after: 40 });
  await assert.rejects(fetch(emulator.url + DEALS, { headers }).then((response) => response.text()));
  emulator.truncate({ after: 40 });
  assert.equal((await (await fetch(emulator.url + DEALS, { headers })).arrayBuffer()).byteLength, 40);
  const { url } = emulator;
  await emulator.stop();
  await assert.rejects(get(DEALS));
  await emulator.start();
  assert.equal(emulator.url, url);
  assert.deepEqual(ids(await get(DEALS)), [51]);
});
