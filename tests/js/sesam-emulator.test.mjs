// What the Sesam emulator puts on the wire, seen without any client.

import assert from "node:assert/strict";
import test from "node:test";
import { sesamEmulator } from "brookmark/emulators/sesam";

const headers = { authorization: "Bearer token" };

/** An emulator with one dataset; `pull(query)` gives status, headers, and the body as text and as value. */
async function emulate(t, dataset) {
  const emulator = await sesamEmulator({ datasets: [{ name: "items", ...dataset }] });
  t.after(() => emulator.stop());
  const pull = async (query = "", init = { headers }) => {
    const response = await fetch(`${emulator.endpoint("items")}${query}`, init);
    const text = await response.text();
    return { status: response.status, said: (name) => response.headers.get(`x-dataset-${name}`), text, body: parsed(text) };
  };
  return { emulator, pull };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ids = ({ body }) => body.map(({ _id }) => _id);

function put(emulator, from, to) {
  for (let n = from; n <= to; n += 1) emulator.put("items", { _id: `e${n}`, name: `größer ${n}` });
}

test("an answer is always an array, of what changed behind `since`, in order, at most `limit`", async (t) => {
  const { emulator, pull } = await emulate(t);
  assert.deepEqual((await pull()).body, []);
  put(emulator, 0, 9);
  assert.deepEqual(ids(await pull()), ["e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"]);
  assert.deepEqual(ids(await pull("?since=8")), ["e9"]);
  assert.deepEqual(ids(await pull("?since=3&limit=2")), ["e4", "e5"]);
  assert.deepEqual(ids(await pull("?since=9")), []);
  assert.deepEqual(ids(await pull("?since=2000")), []);
  put(emulator, 3, 3);
  assert.deepEqual(ids(await pull("?since=1")), ["e2", "e4", "e5", "e6", "e7", "e8", "e9", "e3"], "only the latest version");
});

test("an entity brings what the dataset knows of it, and dates say that they are dates", async (t) => {
  const { emulator, pull } = await emulate(t);
  emulator.put("items", { _id: "a", born: new Date("2018-04-27T15:46:40Z"), list: [{ at: new Date(0) }] });
  emulator.put("items", { _id: "a", name: "b", _deleted: false, _filtered: true, _updated: "mine", _ts: 1 });
  emulator.delete("items", "c");
  const [a, c] = (await pull()).body;
  assert.deepEqual({ ...a, _ts: 0, _hash: "" }, { _id: "a", _updated: 1, _previous: 0, _ts: 0, _hash: "", name: "b", _deleted: false, _filtered: true });
  assert.deepEqual({ ...c, _ts: 0, _hash: "" }, { _id: "c", _updated: 2, _previous: null, _ts: 0, _hash: "", _deleted: true });
  assert.match(a._hash, /^[0-9a-f]{32}$/);
  assert.ok(Math.abs(a._ts / 1000 - Date.now()) < 60_000, "microseconds");
  assert.deepEqual(emulator.entities("items"), [a, c]);
  emulator.put("items", { _id: "d", born: new Date("2018-04-27T15:46:40Z"), list: [{ at: new Date(0) }] });
  const [d] = (await pull("?since=2")).body;
  assert.deepEqual([d.born, d.list], ["~t2018-04-27T15:46:40.000Z", [{ at: "~t1970-01-01T00:00:00.000Z" }]]);
});

for (const [updated, first, pattern] of [
  ["integer", 9_007_199_254_740_993n, /"_updated":900719925474\d{4},/g],
  ["digits", 0, /"_updated":"\d+",/g],
  ["datetime", 0, /"_updated":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",/g],
  ["opaque", 0, /"_updated":"[\w-]{12}",/g],
]) {
  test(`_updated as ${updated}: each value is the place behind its entity`, async (t) => {
    const { emulator, pull } = await emulate(t, { updated, first });
    put(emulator, 0, 12);
    const { text, said } = await pull();
    const values = text.match(pattern).map((field) => field.slice('"_updated":'.length, -1));
    assert.equal(new Set(values).size, 13);
    assert.equal(said("max-updated"), values.at(-1), "as it is written, in JSON");
    for (const [n, value] of values.entries()) {
      const rest = await pull(`?since=${encodeURIComponent(value.replaceAll('"', ""))}`);
      assert.deepEqual(ids(rest), ids({ body: JSON.parse(text) }).slice(n + 1), value);
    }
  });
}

test("digits as a text come in an order that comparing bytes does not give", async (t) => {
  const { emulator, pull } = await emulate(t, { updated: "digits" });
  put(emulator, 0, 12);
  const values = (await pull()).body.map(({ _updated }) => _updated);
  assert.notDeepEqual([...values].sort(), values);
});

test("a dataset that is not chronological gives what changed, in another order", async (t) => {
  const { emulator, pull } = await emulate(t, { chronological: false });
  put(emulator, 0, 30);
  const all = await pull("?since=9");
  assert.deepEqual(all.body.map(({ _updated }) => _updated).sort((a, b) => a - b), Array.from({ length: 21 }, (_, n) => n + 10));
  assert.notDeepEqual(ids(all), [...ids(all)].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
  assert.deepEqual(ids(await pull("?since=9&limit=5")), ids(all).slice(0, 5));
});

test("a dataset without support for `since` gives everything", async (t) => {
  const { emulator, pull } = await emulate(t, { since: false });
  put(emulator, 0, 2);
  assert.deepEqual(ids(await pull("?since=1")), ["e0", "e1", "e2"]);
});

test("a cap of the dataset's own lies below the limit asked for", async (t) => {
  const { emulator, pull } = await emulate(t, { cap: 3 });
  put(emulator, 0, 9);
  assert.equal((await pull("?limit=5")).body.length, 3);
  assert.equal((await pull()).body.length, 3);
  assert.equal((await pull("?limit=2")).body.length, 2);
  emulator.describe("items", { cap: 4 });
  assert.equal((await pull("?limit=5")).body.length, 4);
});

test("a subset that was declared is given, any other is not there", async (t) => {
  const { emulator, pull } = await emulate(t, { subsets: ["_S.country"] });
  emulator.put("items", { _id: "a", country: "no" }, { _id: "b", country: "se" }, { _id: "c", country: "no" });
  const subset = (value) => `?subset=${encodeURIComponent(value)}`;
  const norwegian = await pull(subset('["eq","_S.country","no"]'));
  assert.deepEqual([ids(norwegian), norwegian.said("filtered")], [["a", "c"], "true"]);
  assert.equal((await pull(subset('["eq","_S.city","Oslo"]'))).status, 404);
  assert.equal((await pull(subset('["gt","_S.country","no"]'))).status, 404);
  assert.equal((await pull(subset("no"))).status, 400);
});

test("headers tell of the dataset: its generation is another one once it was dropped", async (t) => {
  const { emulator, pull } = await emulate(t);
  const empty = await pull();
  assert.equal(empty.said("max-updated"), null);
  put(emulator, 0, 4);
  const before = await pull("?limit=1");
  assert.deepEqual(["populated", "max-updated", "filtered"].map(before.said), ["true", "4", "false"]);
  assert.ok(Math.abs(Number(before.said("completeness")) / 1000 - Date.now()) < 60_000);
  assert.equal(before.said("generation"), empty.said("generation"));
  assert.equal(before.said("restore-uuid"), null);
  emulator.describe("items", { populated: false, filtered: true, completeness: 1_700_000_000_000_000 });
  const described = await pull();
  assert.deepEqual(["populated", "filtered", "completeness"].map(described.said), ["false", "true", "1700000000000000"]);

  emulator.drop("items");
  put(emulator, 0, 1);
  const after = await pull("?since=3");
  assert.deepEqual([after.body, after.said("max-updated")], [[], "1"]);
  assert.notEqual(after.said("generation"), before.said("generation"));
  assert.match(after.said("generation"), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test("a restore forgets what came behind it, and says so", async (t) => {
  const { emulator, pull } = await emulate(t);
  put(emulator, 0, 4);
  emulator.put("items", { _id: "e0", name: "newer" });
  emulator.restore("items", 2);
  const { body, said } = await pull();
  assert.deepEqual(body.map(({ _id, name }) => [_id, name]), [["e0", "größer 0"], ["e1", "größer 1"], ["e2", "größer 2"]]);
  assert.deepEqual([said("restore-offset"), said("max-updated")], ["2", "2"]);
  assert.match(said("restore-uuid"), /^[0-9a-f-]{36}$/);
  put(emulator, 9, 9);
  assert.deepEqual((await pull("?since=2")).body.map(({ _id, _updated }) => [_id, _updated]), [["e9", 3]]);
});

test("what is wrong with a request is said", async (t) => {
  const { emulator, pull } = await emulate(t);
  for (const query of ["?since=x", "?since=", "?limit=0", "?limit=-1", "?limit=a"]) assert.equal((await pull(query)).status, 400, query);
  assert.equal((await pull("", {})).status, 401);
  assert.equal((await pull("", { headers: { authorization: "Bearer tokens" } })).status, 401);
  assert.equal((await pull("", { headers, method: "POST", body: "[]" })).status, 405);
  assert.equal((await fetch(emulator.endpoint("others"), { headers })).status, 404);
  assert.equal((await fetch(`${emulator.url}//api`, { headers })).status, 404);
  assert.ok(!JSON.stringify(emulator.requests).includes("oken"));
});

test("a proxy whose own source fails ends its 200 with the text of an exception", async (t) => {
  const { emulator, pull } = await emulate(t);
  put(emulator, 0, 4);
  emulator.breakOff({ after: 2 });
  const { status, text, body } = await pull();
  assert.deepEqual([status, body], [200, undefined]);
  assert.deepEqual(ids({ body: JSON.parse(`${text.slice(0, text.indexOf("requests.exceptions"))}]`) }), ["e0", "e1"]);
  assert.equal((await pull()).body.length, 5);
});

test("a body is cut at the byte that was named, loudly or quietly", async (t) => {
  const { emulator, pull } = await emulate(t);
  put(emulator, 0, 4);
  const { text } = await pull();
  const whole = Buffer.from(text);
  for (const after of [1, 60, whole.length - 1]) {
    emulator.truncate({ after });
    const response = await fetch(emulator.endpoint("items"), { headers });
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), whole.subarray(0, after));
    emulator.cut({ after });
    await assert.rejects(async () => (await fetch(emulator.endpoint("items"), { headers })).text());
  }
  assert.equal((await pull()).text, text);
});

test("requests are refused as told, with a time, or with a page", async (t) => {
  const { emulator, pull } = await emulate(t);
  emulator.refuse({ status: 429, times: 1, retryAfter: 7 });
  const refused = await fetch(emulator.endpoint("items"), { headers });
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "7"]);
  emulator.html();
  const page = await fetch(emulator.endpoint("items"), { headers });
  assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  assert.match(await page.text(), /^<!doctype html>/);
  assert.equal((await pull()).status, 200);
  emulator.refuse();
  assert.deepEqual([(await pull()).status, (await pull()).status], [503, 503]);
  emulator.accept();
  assert.equal((await pull()).status, 200);
  assert.deepEqual(emulator.requests.map(({ status }) => status), [429, 200, 200, 503, 503, 200]);
});

test("a restart keeps the address and the datasets", async (t) => {
  const { emulator, pull } = await emulate(t);
  put(emulator, 0, 1);
  const before = await pull();
  const { url } = emulator;
  await emulator.stop();
  await assert.rejects(pull());
  await emulator.start();
  const after = await pull();
  assert.deepEqual([emulator.url, after.text, after.said("generation")], [url, before.text, before.said("generation")]);
});

test("a page of another origin may ask, and read the headers", async (t) => {
  const { emulator } = await emulate(t);
  const origin = "https://example.org";
  const asked = await fetch(emulator.endpoint("items"), { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } });
  assert.equal(asked.headers.get("access-control-allow-origin"), "*");
  assert.ok(asked.headers.get("access-control-allow-headers").toLowerCase().split(", ").includes("authorization"));
  const given = await fetch(emulator.endpoint("items"), { headers: { ...headers, origin } });
  const exposed = given.headers.get("access-control-expose-headers").split(", ");
  for (const [name] of given.headers) if (name.startsWith("x-dataset-")) assert.ok(exposed.some((one) => one.toLowerCase() === name), name);
});
