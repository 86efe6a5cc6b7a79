// HubSpot's objects, pulled from any of them on.

import assert from "node:assert/strict";
import test from "node:test";
import { BrookmarkError } from "brookmark";
import { hubspotSource, pullHandler, sesam } from "brookmark/connectors";
import { serveFetch } from "../support/fetch-server.mjs";
import { asked, emulate, searches } from "../support/hubspot.mjs";
import { CHRONOLOGICAL } from "../support/sesam.mjs";
import { watchWith } from "../support/watch.mjs";
import { sleep } from "../support/waiting.mjs";

/** An endpoint over an emulator; `pull(query)` gives status and body. */
async function serve(t, emulator, options) {
  const source = hubspotSource({ token: "token", object: "deals", apiUrl: emulator.url, settle: 0, ...options });
  const url = await serveFetch(t, pullHandler(source, { entity: ({ id, data }) => ({ _id: id, name: data.properties.dealname }) }));
  const pull = async (query = "") => {
    const response = await fetch(`${url}/${query}`);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return { url, pull };
}

const ids = ({ body }) => body.map(({ _id }) => _id);
const allIds = (emulator) => emulator.objects("deals").map(({ id }) => id);
const behind = ({ body }, limit) => `?limit=${limit}&since=${body.at(-1)._updated}`;

test("objects are pulled page by page, each once, and places are in the order of their bytes", async (t) => {
  const emulator = await emulate(t, { rates: { search: Infinity } });
  emulator.createMany("deals", 230);
  await sleep(5);
  const { pull } = await serve(t, emulator);
  const pages = [await pull("?limit=90")];
  while (pages.at(-1).body.length > 0) pages.push(await pull(behind(pages.at(-1), 90)));
  assert.deepEqual(pages.map(({ body }) => body.length), [90, 90, 50, 0]);
  assert.deepEqual(pages.flatMap(ids), allIds(emulator));
  const places = pages.flatMap(({ body }) => body.map(({ _updated }) => _updated));
  assert.deepEqual(places, [...new Set(places)].sort());
});

test("what changes while pages are pulled comes behind them", async (t) => {
  const emulator = await emulate(t, { rates: { search: Infinity } });
  emulator.createMany("deals", 10, (n) => ({ dealname: `old ${n}` }));
  await sleep(5);
  const { pull } = await serve(t, emulator);
  const first = await pull("?limit=4");
  emulator.update("deals", "51", { dealname: "new 0" });
  emulator.update("deals", "401", { dealname: "new 7" });
  emulator.create("deals", { dealname: "new" });
  await sleep(5);
  const second = await pull(behind(first, 4));
  const third = await pull(behind(second, 100));
  assert.deepEqual(ids(first), ["51", "101", "151", "201"]);
  assert.deepEqual(ids(second), ["251", "301", "351", "451"]);
  assert.deepEqual(third.body.map(({ _id, name }) => [_id, name]), [["501", "old 9"], ["51", "new 0"], ["401", "new 7"], ["551", "new"]]);
  assert.deepEqual((await pull(behind(third, 100))).body, []);
});

test("where our clock is ahead of the service's, a window ends by the service's", async (t) => {
  const emulator = await emulate(t, { rates: { search: Infinity } });
  emulator.createMany("deals", 250);
  const { now } = Date;
  t.after(() => (Date.now = now));
  Date.now = () => now() + 3_600_000;
  const service = now() + 5_000;
  /* The emulator's clock is that of this process; what it says is the service's. */
  const asOfService = async (url, init) => {
    const response = await fetch(url, init);
    const headers = new Headers(response.headers);
    headers.set("date", new Date(service).toUTCString());
    return new Response(response.body, { status: response.status, headers });
  };
  const { pull } = await serve(t, emulator, { settle: 1_000, fetch: asOfService });
  assert.deepEqual(ids(await pull()), allIds(emulator));
  const ends = searches(emulator).map((body) => asked(body)[1]);
  assert.ok(ends[0] > service + 3_000_000, "what was asked for first");
  const end = Math.floor(service / 1_000) * 1_000 - 1_000;
  assert.deepEqual(ends.slice(1), [end, end, end]);
});

test("the connector to Sesam reads it, and goes on", async (t) => {
  const emulator = await emulate(t, { rates: { search: Infinity } });
  emulator.createMany("deals", 230, (n) => ({ dealname: `deal ${n}` }));
  await sleep(5);
  const { url } = await serve(t, emulator);
  const seen = watchWith(sesam, t, url, { ...CHRONOLOGICAL, updated: "text", limit: 100, every: 50 });
  await seen.received(230);
  emulator.update("deals", "951", { dealname: "new" });
  await seen.received(231);
  assert.deepEqual([seen.ids, seen.data.at(-1).name], [[...allIds(emulator), "951"], "new"]);
  assert.deepEqual([seen.errors, seen.gaps], [[], []]);
});

test("what the service refuses is told to whoever pulls", async (t) => {
  const emulator = await emulate(t);
  const { pull } = await serve(t, emulator);
  emulator.refuse({ policy: "SECONDLY", times: 1 });
  const refused = await pull();
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [503, "1"]);
  emulator.refuse({ status: 500, times: 1 });
  assert.equal((await pull()).status, 502);
  assert.equal((await pull("?since=nowhere")).status, 410);
  emulator.expire("token");
  assert.equal((await pull()).status, 502);
});

test("what makes no sense is refused at once", () => {
  for (const [options, words] of [
    [{}, /object/],
    [{ object: "deals" }, /token/],
    [{ object: "deals", token: "t", archived: true }, /list/],
    [{ object: "deals", token: "t", properties: Array(300).fill("a_property_of_a_long_name") }, /properties/],
  ]) {
    assert.throws(() => hubspotSource(options), (error) => error instanceof BrookmarkError && error.culprit === "misuse" && words.test(error.message));
  }
});
