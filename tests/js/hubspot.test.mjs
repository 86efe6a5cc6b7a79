// The connector to HubSpot, against the emulator.

import assert from "node:assert/strict";
import test from "node:test";
import { BrookmarkError, memoryStore } from "brookmark";
import { hubspot } from "brookmark/connectors";
import { asked, consume, emulate, searches } from "../support/hubspot.mjs";

const allIds = (emulator) => emulator.objects("deals").map(({ id }) => id);
const inOrder = (ids) => [...ids].sort((one, other) => one - other);

test("all objects come first, then those that change, each once", async (t) => {
  const emulator = await emulate(t);
  emulator.createMany("deals", 450, (n) => ({ dealname: `deal ${n}` }));
  emulator.advance(3_000);
  const seen = consume(t, emulator);
  await seen.received(450);
  assert.deepEqual(seen.ids, allIds(emulator));
  assert.deepEqual([seen.data[7].id, seen.data[7].properties.dealname], ["401", "deal 7"]);
  await seen.until("the window's end", () => searches(emulator).some((body) => asked(body)[0] > 0));
  emulator.update("deals", "951", { dealname: "new" });
  emulator.advance(3_000);
  await seen.received(451);
  assert.deepEqual([seen.data[450].id, seen.data[450].properties.dealname], ["951", "new"]);
  await seen.until("two more runs", () => emulator.requests.length > 10);
  assert.deepEqual([seen.events.length, seen.errors], [451, []]);
});

test("a run reads a window of time that is fixed, in the order of ids, and commits its end only", async (t) => {
  const emulator = await emulate(t);
  emulator.createMany("deals", 450);
  const seen = consume(t, emulator, { bookmark: "deals", every: false });
  assert.equal(await seen.end(), null);
  const windows = searches(emulator).map(asked);
  assert.deepEqual(windows.map(([, , last]) => last), [0, 51 + 50 * 199, 51 + 50 * 399, 51 + 50 * 449]);
  const [[since, end]] = windows;
  assert.ok(windows.every((window) => window[0] === since && window[1] === end));
  assert.deepEqual([since, seen.commits.length], [0, 1]);
  /* The service's clock shows whole seconds. */
  const committed = Number(seen.commits[0]);
  assert.ok(committed <= end && committed > end - 3_000 && end <= emulator.now, `${committed} ${end}`);
  const [body] = searches(emulator);
  assert.deepEqual([body.limit, body.sorts], [200, [{ propertyName: "hs_object_id", direction: "ASCENDING" }]]);
});

test("more objects with one time of change than a query gives are read all the same", { timeout: 60_000 }, async (t) => {
  const emulator = await emulate(t, { rates: { search: Infinity } });
  emulator.createMany("deals", 10_300);
  emulator.updateAll("deals", { dealstage: "won" });
  const seen = consume(t, emulator, { every: false });
  await seen.until("the end", () => seen.closes.length > 0, 50_000);
  assert.deepEqual([seen.closes[0], seen.events.length, seen.ids], [null, 10_300, allIds(emulator)]);
  assert.deepEqual([seen.errors, seen.gaps], [[], []]);
});

test("what is found late is not lost where it is given time to settle", async (t) => {
  const emulator = await emulate(t, { indexDelay: () => 4_000 });
  const seen = consume(t, emulator, { settle: 6_000 });
  for (let n = 0; n < 12; n += 1) {
    emulator.create("deals", { dealname: `deal ${n}` });
    emulator.advance(1_500);
    const before = emulator.requests.length;
    await seen.until("another run", () => emulator.requests.length > before);
  }
  emulator.advance(20_000);
  await seen.received(12);
  assert.deepEqual(inOrder(seen.ids), allIds(emulator));
});

test("the time of change of contacts has another name", async (t) => {
  const emulator = await emulate(t);
  emulator.create("contacts", { email: "a@example.com" });
  emulator.advance(3_000);
  const seen = consume(t, emulator, { object: "contacts", properties: ["email"] });
  await seen.received(1);
  assert.equal(seen.data[0].properties.email, "a@example.com");
  assert.equal(searches(emulator)[0].filterGroups[0].filters[0].propertyName, "lastmodifieddate");
});

test("no more than five searches are made in a second", async (t) => {
  const emulator = await emulate(t);
  emulator.createMany("deals", 1_700);
  const seen = consume(t, emulator, { every: false });
  assert.equal(await seen.end(), null);
  assert.deepEqual([seen.events.length, seen.errors], [1_700, []]);
  const times = emulator.requests.map(({ at }) => at);
  assert.ok(times.every((at, n) => n < 5 || at - times[n - 5] >= 1_000), "the sixth is a second behind the first");
});

test("a limit that was met is waited for, though the answer does not say how long", async (t) => {
  const emulator = await emulate(t);
  emulator.create("deals");
  emulator.advance(3_000);
  for (const [policy, least, most] of [["SECONDLY", 1_000, 1_000], ["TEN_SECONDLY_ROLLING", 10_000, 10_000], ["DAILY", 0, 900_000]]) {
    emulator.refuse({ policy, times: 1 });
    const seen = consume(t, emulator);
    await seen.until("the refusal", () => seen.retries.length > 0);
    const [{ delay, cause }] = seen.retries;
    assert.ok(delay >= least && delay < most + 500, `${policy} ${delay}`);
    assert.equal(cause.code, "too-many-requests");
    if (policy === "DAILY") assert.ok((emulator.now + delay) % 900_000 < 2_000 || (emulator.now + delay) % 900_000 > 898_000, "a quarter of an hour begins");
    await seen.stream.close();
  }
  emulator.refuse({ policy: "SECONDLY", times: 1, retryAfter: 7 });
  const told = consume(t, emulator);
  await told.until("the refusal", () => told.retries.length > 0);
  assert.ok(told.retries[0].delay >= 7_000);
});

test("a bookmark goes on where the last window ended, whatever was killed meanwhile", async (t) => {
  const emulator = await emulate(t);
  const store = memoryStore();
  emulator.createMany("deals", 3);
  emulator.advance(3_000);
  const first = consume(t, emulator, { bookmark: "deals", store });
  await first.until("the window's end", () => first.events.length === 3 && first.commits.length > 0);
  await first.stream.close();
  emulator.update("deals", "101", { dealname: "new" });
  emulator.advance(3_000);
  const second = consume(t, emulator, { bookmark: "deals", store });
  await second.received(1);
  assert.deepEqual([first.ids, second.ids, second.gaps], [["51", "101", "151"], ["101"], []]);
});

test("a stream of new changes only begins now", async (t) => {
  const emulator = await emulate(t);
  const begun = Date.now();
  const seen = consume(t, emulator, { start: "latest" });
  await seen.until("a run", () => emulator.requests.length > 1);
  emulator.create("deals");
  emulator.advance(3_000);
  await seen.received(1);
  const windows = searches(emulator).map(asked);
  assert.ok(windows[0][0] >= begun);
  /* The service's clock shows whole seconds. */
  assert.ok(windows.every(([since]) => since > begun - 3_000), JSON.stringify(windows));
});

test("a list gives the same, without a search's limits and delays", async (t) => {
  const emulator = await emulate(t, { indexDelay: 1e9 });
  emulator.createMany("deals", 250, (n) => ({ dealname: `deal ${n}` }));
  emulator.advance(3_000);
  const names = Array.from({ length: 300 }, (_, n) => `a_property_of_a_long_name_${n}`);
  const seen = consume(t, emulator, { by: "list", properties: ["dealname", ...names] });
  await seen.received(250);
  assert.deepEqual([seen.ids, seen.data[9].properties.dealname], [allIds(emulator), "deal 9"]);
  await seen.until("the next run", () => emulator.requests.length > 3);
  emulator.update("deals", "951", { dealname: "new" });
  emulator.advance(3_000);
  await seen.received(251);
  await seen.until("another run", () => emulator.requests.length > 9);
  assert.deepEqual([seen.ids.slice(250), seen.errors], [["951"], []]);
  const { query } = emulator.requests[0];
  assert.deepEqual([query.limit, query.after, Object.keys(query).some((name) => name.startsWith("brookmark"))], ["100", undefined, false]);
});

test("archived objects come where they are asked for", async (t) => {
  const emulator = await emulate(t);
  emulator.createMany("deals", 3);
  emulator.archive("deals", "101");
  emulator.advance(3_000);
  const store = memoryStore();
  const seen = consume(t, emulator, { archived: true, bookmark: "archived", store });
  await seen.received(1);
  await seen.until("the window's end", () => seen.commits.length > 0);
  emulator.archive("deals", "51");
  emulator.advance(3_000);
  await seen.received(2);
  assert.deepEqual(seen.data.map(({ id, archived }) => [id, archived]), [["101", true], ["51", true]]);
});

test("refusals, cut bodies, pages of HTML and restarts are got over", async (t) => {
  for (const by of ["search", "list"]) {
    const emulator = await emulate(t, { rates: { search: Infinity } });
    emulator.createMany("deals", 250);
    emulator.advance(3_000);
    emulator.cut({ after: 1_000 });
    const seen = consume(t, emulator, { by });
    await seen.received(250);
    assert.deepEqual([seen.ids, seen.codes], [allIds(emulator), ["network"]]);
    const faults = [
      () => emulator.truncate({ after: 30 }),
      () => emulator.html(),
      () => emulator.refuse({ status: 503, times: 1 }),
      () => emulator.refuse({ status: 477, times: 1, retryAfter: 1 }),
      () => emulator.restart(),
    ];
    for (const [n, fault] of faults.entries()) {
      await fault();
      emulator.update("deals", "951", { dealname: String(n) });
      emulator.advance(3_000);
      await seen.received(251 + n);
    }
    assert.deepEqual(seen.data.slice(250).map(({ properties }) => properties.dealname), ["0", "1", "2", "3", "4"]);
    assert.deepEqual(seen.gaps, []);
    await seen.stream.close();
  }
});

test("a token that has expired is asked for anew, and one that may not is the end", async (t) => {
  const emulator = await emulate(t, { tokens: ["one", "two", { token: "narrow", objects: ["contacts"] }] });
  emulator.create("deals");
  emulator.advance(3_000);
  const tokens = ["one", "two"];
  const seen = consume(t, emulator, { token: ({ refresh }) => (refresh ? tokens[1] : tokens[0]) });
  await seen.received(1);
  emulator.expire("one");
  emulator.create("deals");
  emulator.advance(3_000);
  await seen.received(2);
  const narrow = consume(t, emulator, { token: "narrow" });
  assert.equal((await narrow.end()).code, "forbidden");
});

test("what makes no sense is refused at once", () => {
  const good = { token: "t", object: "deals" };
  for (const [options, words] of [
    [{}, /object/],
    [{ ...good, object: "deals/1" }, /object/],
    [{ object: "deals" }, /token/],
    [{ ...good, auth: "t" }, /token/],
    [{ ...good, token: 5 }, /token/],
    [{ ...good, properties: "a" }, /properties/],
    [{ ...good, properties: ["a b"] }, /properties/],
    [{ ...good, by: "time" }, /by/],
    [{ ...good, archived: "yes" }, /archived/],
    [{ ...good, archived: true, by: "search" }, /archived/],
    [{ ...good, apiUrl: "nowhere" }, /apiUrl/],
    [{ ...good, properties: Array(300).fill("a_property_of_a_long_name") }, /list/],
  ]) {
    assert.throws(() => hubspot(options), (error) => error instanceof BrookmarkError && error.culprit === "misuse" && words.test(error.message), JSON.stringify(options));
  }
});
