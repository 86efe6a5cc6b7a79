// The connector to Sesam, against the emulator.

import assert from "node:assert/strict";
import test from "node:test";
import { BrookmarkError, memoryStore } from "brookmark";
import { sesam } from "brookmark/connectors";
import { CHRONOLOGICAL, emulate, numbered, pull, put } from "../support/sesam.mjs";
import { aWhile, until } from "../support/waiting.mjs";

const asked = ({ requests }) => requests.map(({ query }) => query);

for (const [updated, first] of [["integer", 9_007_199_254_740_990n], ["digits", 0], ["datetime", 0], ["opaque", 0]]) {
  test(`a chronological dataset is read from place to place, each entity once (${updated})`, async (t) => {
    const emulator = await emulate(t, { updated, first });
    put(emulator, 0, 11);
    const seen = pull(t, emulator, { ...CHRONOLOGICAL, limit: 5 });
    await seen.received(12);
    put(emulator, 12, 13);
    emulator.put("items", { _id: "e3", n: "new" });
    await seen.received(15);
    assert.deepEqual(seen.ids, [...numbered(0, 13), "e3"]);
    if (first) assert.equal(seen.events.at(-1).position, String(first + 14n));
    await seen.until("the last place", () => asked(emulator).at(-1).since === seen.events.at(-1).position);
    assert.deepEqual([asked(emulator)[0], seen.errors, seen.gaps], [{ limit: "5" }, [], []]);
  });
}

test("a source with a cap of its own is read until it has nothing more", async (t) => {
  const emulator = await emulate(t, { cap: 4 });
  put(emulator, 0, 9);
  const tops = [];
  const seen = pull(t, emulator, { ...CHRONOLOGICAL, limit: 100, every: false, onTop: ({ events }) => tops.push(events) });
  assert.equal(await seen.end(), null);
  assert.deepEqual([seen.ids, tops], [numbered(0, 9), [10]]);
  assert.deepEqual(asked(emulator).map(({ since }) => since), [undefined, "3", "7", "9"]);
});

test("a dataset in any other order is read whole, behind the greatest place of the run before", async (t) => {
  const emulator = await emulate(t, { chronological: false });
  put(emulator, 0, 12);
  const seen = pull(t, emulator, { supportsSince: true, updated: "integer", bookmark: "items" });
  await seen.received(13);
  await seen.until("the run's place", () => seen.commits.at(-1) === "12");
  assert.deepEqual(new Set(seen.commits), new Set(["12"]), "nothing is committed on the way");
  put(emulator, 20, 21);
  await seen.received(15);
  assert.deepEqual([...seen.ids].sort(), [...numbered(0, 12), ...numbered(20, 21)].sort());
});

test("texts are compared by their bytes, times as times", async (t) => {
  const emulator = await emulate(t, { chronological: false, updated: "datetime" });
  put(emulator, 0, 12);
  for (const updated of ["text", "datetime"]) {
    const seen = pull(t, emulator, { supportsSince: true, updated, bookmark: "items" });
    const last = emulator.entities("items").map(({ _updated }) => _updated).sort().at(-1);
    await seen.until("the run's place", () => seen.commits.at(-1) === last);
    assert.equal(seen.events.length, 13);
  }
});

test("without `since`, everything is read each time, and what has not changed is not told again", async (t) => {
  const emulator = await emulate(t, { since: false });
  put(emulator, 0, 12);
  const store = memoryStore();
  const seen = pull(t, emulator, { bookmark: "items", store });
  await seen.received(13);
  emulator.put("items", { _id: "e3", n: "new" });
  await seen.received(14);
  const before = emulator.requests.length;
  await seen.until("more runs", () => emulator.requests.length > before + 3);
  assert.deepEqual(seen.ids, [...numbered(0, 12), "e3"]);
  assert.ok(asked(emulator).every((query) => Object.keys(query).length === 0), "what the source does not know is not sent");
  await seen.stream.close();

  const again = pull(t, emulator, { bookmark: "items", store });
  put(emulator, 13, 13);
  await again.received(1);
  assert.deepEqual(again.ids, ["e13"]);
});

test("a deleted entity is an entity", async (t) => {
  const emulator = await emulate(t);
  emulator.put("items", { _id: "a", name: "b" });
  const seen = pull(t, emulator, CHRONOLOGICAL);
  await seen.received(1);
  emulator.delete("items", "a");
  await seen.received(2);
  assert.deepEqual(seen.data.map(({ _id, _deleted }) => [_id, _deleted]), [["a", undefined], ["a", true]]);
});

test("a subset is asked for, and its bookmark is not that of another one", async (t) => {
  const emulator = await emulate(t, { subsets: ["_S.country"] });
  const store = memoryStore();
  emulator.put("items", { _id: "a", country: "no" }, { _id: "b", country: "se" }, { _id: "c", country: "no" });
  const options = { ...CHRONOLOGICAL, bookmark: "items", store };
  const norwegian = pull(t, emulator, { ...options, subset: ["eq", "_S.country", "no"] });
  await norwegian.received(2);
  await norwegian.stream.close();
  const swedish = pull(t, emulator, { ...options, subset: ["eq", "_S.country", "se"] });
  await swedish.received(1);
  assert.deepEqual([norwegian.ids, swedish.ids, swedish.gaps.map(({ reason }) => reason)], [["a", "c"], ["b"], ["bookmark-foreign"]]);
  await swedish.stream.close();
  const none = pull(t, emulator, { ...CHRONOLOGICAL, subset: ["eq", "_S.city", "Oslo"] });
  assert.equal((await none.end()).status, 404);
});

test("another limit is no other source", async (t) => {
  const emulator = await emulate(t);
  const store = memoryStore();
  put(emulator, 0, 4);
  const one = pull(t, emulator, { ...CHRONOLOGICAL, bookmark: "items", store, limit: 2 });
  await one.received(5);
  await one.stream.close();
  put(emulator, 5, 5);
  const other = pull(t, emulator, { ...CHRONOLOGICAL, bookmark: "items", store, limit: 3 });
  await other.received(1);
  assert.deepEqual([other.ids, other.gaps], [["e5"], []]);
});

test("the same dataset, read in another way, has places of another kind", async (t) => {
  const emulator = await emulate(t);
  const store = memoryStore();
  put(emulator, 0, 4);
  const one = pull(t, emulator, { ...CHRONOLOGICAL, bookmark: "items", store });
  await one.received(5);
  await one.stream.close();
  const other = pull(t, emulator, { bookmark: "items", store });
  await other.received(5);
  assert.deepEqual([other.ids, other.gaps.map(({ reason }) => reason)], [numbered(0, 4), ["bookmark-foreign"]]);
});

for (const [what, change] of [
  ["dropped and made anew", (emulator) => emulator.drop("items")],
  ["restored from a backup", (emulator) => emulator.restore("items", 1)],
]) {
  for (const policy of ["earliest", "fail"]) {
    test(`a dataset that was ${what} is a gap (${policy})`, async (t) => {
      const emulator = await emulate(t);
      put(emulator, 0, 4);
      const seen = pull(t, emulator, { ...CHRONOLOGICAL, onGap: policy });
      await seen.received(5);
      change(emulator);
      put(emulator, 0, 19);
      await seen.until("the gap", () => seen.gaps.length > 0);
      assert.deepEqual([seen.gaps[0].reason, seen.gaps[0].position], ["recreated", "4"]);
      if (policy === "fail") {
        assert.equal((await seen.end()).code, "recreated");
      } else {
        const all = emulator.entities("items").map(({ _id }) => _id);
        await seen.until("all of the new one", () => all.every((id) => seen.ids.slice(5).includes(id)));
        assert.equal(seen.gaps.length, 1);
      }
    });
  }
}

test("what was dropped and made anew while nobody looked is a gap too", async (t) => {
  const emulator = await emulate(t);
  const store = memoryStore();
  put(emulator, 0, 4);
  const before = pull(t, emulator, { ...CHRONOLOGICAL, bookmark: "items", store });
  await before.received(5);
  await before.stream.close();
  emulator.drop("items");
  put(emulator, 0, 19);
  const after = pull(t, emulator, { ...CHRONOLOGICAL, bookmark: "items", store });
  await after.received(20);
  assert.deepEqual([after.gaps.map(({ reason }) => reason), after.ids], [["recreated"], numbered(0, 19)]);
});

test("an answer that breaks off counts as far as it is chronological", async (t) => {
  const emulator = await emulate(t);
  put(emulator, 0, 9);
  for (const fault of [() => emulator.breakOff({ after: 4 }), () => emulator.cut({ after: 500 }), () => emulator.truncate({ after: 500 })]) {
    fault();
    const seen = pull(t, emulator, { ...CHRONOLOGICAL, every: false });
    assert.equal(await seen.end(), null);
    assert.deepEqual(seen.ids, numbered(0, 9));
    assert.ok(seen.errors.length > 0);
  }
  /* What was broken off may have had the place of the entity before it. */
  assert.deepEqual(asked(emulator)[1], { since: "2" });
});

test("an answer that breaks off moves no place of any other dataset", async (t) => {
  const emulator = await emulate(t, { chronological: false });
  put(emulator, 0, 9);
  emulator.breakOff({ after: 4 });
  const seen = pull(t, emulator, { supportsSince: true, updated: "integer", every: false });
  assert.equal(await seen.end(), null);
  assert.deepEqual([...seen.ids].sort(), numbered(0, 9));
  assert.deepEqual(asked(emulator), [{}, {}]);
});

test("refusals, pages of HTML and restarts are got over", async (t) => {
  const emulator = await emulate(t);
  put(emulator, 0, 1);
  const seen = pull(t, emulator, CHRONOLOGICAL);
  await seen.received(2);
  emulator.refuse({ times: 2 });
  await seen.until("two refusals", () => seen.errors.length === 2);
  emulator.html({ times: 2 });
  await seen.until("two pages", () => seen.errors.length === 4);
  put(emulator, 2, 3);
  await seen.received(4);
  await emulator.stop();
  await seen.until("the absence", () => seen.codes.includes("network"));
  await emulator.start();
  put(emulator, 4, 5);
  await seen.received(6);
  assert.deepEqual([seen.ids, seen.gaps], [numbered(0, 5), []]);
});

test("everything is read again when it is time, and looked back as far as is said", async (t) => {
  const emulator = await emulate(t);
  put(emulator, 0, 5);
  const seen = pull(t, emulator, { ...CHRONOLOGICAL, updated: "integer", overlap: 3, rescan: { every: 4 } });
  await seen.received(12);
  await seen.stream.close();
  assert.deepEqual(seen.ids, [...numbered(0, 5), ...numbered(0, 5)]);
  assert.ok(asked(emulator).some(({ since }) => since === "2"), JSON.stringify(asked(emulator)));
});

test("what makes no sense is refused at once", () => {
  const url = "https://example.org/api";
  for (const [address, options, words] of [
    ["", CHRONOLOGICAL, /URL/],
    [url, { supportsSince: "yes" }, /supportsSince/],
    [url, { supportsSince: true }, /updated/],
    [url, { supportsSince: true, updated: "number" }, /updated/],
    [url, { ...CHRONOLOGICAL, limit: 0 }, /limit/],
    [url, { limit: 10 }, /limit/],
    [url, { supportsSince: true, updated: "text", limit: 10 }, /limit/],
    [url, { ...CHRONOLOGICAL, fetch: 1 }, /fetch/],
  ]) {
    assert.throws(() => sesam(address, options), (error) => error instanceof BrookmarkError && error.culprit === "misuse" && words.test(error.message), JSON.stringify(options));
  }
});
