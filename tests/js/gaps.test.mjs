import assert from "node:assert/strict";
import test from "node:test";
import { answer, ended, event, open, serve } from "../support/server.mjs";
import { storeHolding, webStore } from "../support/stores.mjs";
import { aWhile, watch } from "../support/watch.mjs";

/** A server that has forgotten the position it is asked for the second time. */
const forgetful = (t) =>
  serve(t, ended(event(1)), answer(410, {}, '{"oldest":"8"}'), open(event(8)));

test("410 to a position is a gap; by default the stream goes on from the oldest event kept", async (t) => {
  const server = await forgetful(t);
  const seen = watch(t, server.url);
  await seen.received(2);
  assert.equal(seen.gaps.length, 1);
  assert.equal(seen.gaps[0].reason, "position-expired");
  assert.equal(seen.gaps[0].position, "1");
  assert.ok(seen.gaps[0].age >= 0 && seen.gaps[0].age < 5_000, `age ${seen.gaps[0].age}`);
  assert.deepEqual(server.positions, [null, "1", "earliest"]);
  assert.deepEqual(seen.ids, ["1", "8"]);
  assert.equal(seen.stream.stats().gaps, 1);
});

test("onGap: latest goes on with new events only", async (t) => {
  const server = await forgetful(t);
  const seen = watch(t, server.url, { onGap: "latest" });
  await seen.received(2);
  assert.deepEqual(server.positions, [null, "1", null]);
});

test("onGap: fail ends the stream and keeps the bookmark", async (t) => {
  const server = await forgetful(t);
  const store = webStore();
  const options = { bookmark: "deals", store, onGap: "fail" };
  const seen = watch(t, server.url, options);
  const error = await seen.end();
  assert.equal(error.code, "position-expired");
  assert.equal(error.culprit, "peer");
  assert.equal(error.status, 410);
  assert.equal(error.position, "1");
  assert.equal(error.body, '{"oldest":"8"}');
  await aWhile();
  assert.equal(server.exchanges.length, 2);

  const again = watch(t, server.url, options);
  await again.until("a third request", () => server.exchanges.length === 3);
  assert.equal(server.positions[2], "1");
});

test("a function as onGap hears of the gap, and its answer is what is done", async (t) => {
  const server = await forgetful(t);
  let told;
  const seen = watch(t, server.url, { onGap: (gap, stream) => ((told = [gap, stream]), "latest") });
  await seen.received(2);
  assert.equal(told[0].position, "1");
  assert.equal(told[1], seen.stream);
  assert.deepEqual(server.positions, [null, "1", null]);
});

test("the gap event says what was done", async (t) => {
  const server = await forgetful(t);
  const seen = watch(t, server.url, { onGap: "latest" });
  const heard = [];
  seen.stream.addEventListener("gap", (event) => heard.push(event.detail));
  await seen.received(2);
  assert.equal(heard.length, 1);
  assert.equal(heard[0].policy, "latest");
  assert.equal(heard[0].reason, "position-expired");
});

test("a source that refuses every position, the oldest included, is not knocked at for ever", async (t) => {
  const server = await serve(t, ended(event(1)), answer(410));
  const seen = watch(t, server.url);
  const error = await seen.end();
  assert.equal(error.status, 410);
  assert.ok(server.exchanges.length <= 4, `${server.exchanges.length} requests`);
});

/** The record that the package itself writes for the position 7 of `url`. */
async function recordOf(t, url) {
  const server = await serve(t, open(event(7)));
  const store = webStore();
  const seen = watch(t, url ?? server.url, { bookmark: "deals", store });
  await seen.until("a commit", () => seen.commits.length === 1);
  await seen.stream.close();
  assert.equal(store.entries.size, 1);
  return [...store.entries.values()][0];
}

/** What a store may hold in place of a bookmark. */
const garbage = {
  "no JSON": "hello",
  "an empty text": "",
  "half a record": async (t) => (await recordOf(t)).slice(0, -5),
  "a number": "12",
  "null": "null",
  "an array": "[]",
  "an empty object": "{}",
  "deep nesting": "[".repeat(100_000),
  "a megabyte of blanks": " ".repeat(1_000_000),
  "control characters": "\u0000\u0001\uffff",
  "a lone surrogate": "\ud800",
};

for (const [name, made] of Object.entries(garbage)) {
  test(`a stored bookmark that is ${name} is a gap, not a crash`, async (t) => {
    const text = typeof made === "function" ? await made(t) : made;
    const server = await serve(t, open(event(1)));
    const seen = watch(t, server.url, { bookmark: "deals", store: storeHolding(text) });
    await seen.received(1);
    assert.deepEqual(
      seen.gaps.map((gap) => gap.reason),
      ["bookmark-unreadable"],
    );
    assert.equal(seen.gaps[0].position, null);
    assert.deepEqual(server.positions, ["earliest"]);
    await seen.until("a sound bookmark", () => seen.stream.position === "1");
  });
}

test("a damaged bookmark under onGap: latest begins with new events", async (t) => {
  const server = await serve(t, open(event(1)));
  const options = { bookmark: "deals", store: storeHolding("garbage"), onGap: "latest" };
  await watch(t, server.url, options).received(1);
  assert.deepEqual(server.positions, [null]);
});

test("a damaged bookmark under onGap: fail ends the stream before any request", async (t) => {
  const server = await serve(t, open(event(1)));
  const store = storeHolding("garbage");
  const seen = watch(t, server.url, { bookmark: "deals", store, onGap: "fail" });
  const error = await seen.end();
  assert.equal(error.code, "bookmark-unreadable");
  assert.equal(error.culprit, "store");
  assert.equal(server.exchanges.length, 0);
  assert.equal(store.entries.size, 0);
});

for (const policy of ["earliest", "latest", "fail"]) {
  test(`a bookmark of another source under onGap: ${policy}`, async (t) => {
    const store = webStore();
    const one = await serve(t, open(event(7)));
    const first = watch(t, one.url, { bookmark: "deals", store });
    await first.until("a commit", () => first.commits.length === 1);
    await first.stream.close();

    const other = await serve(t, open(event(1)));
    const seen = watch(t, other.url, { bookmark: "deals", store, onGap: policy });
    if (policy === "fail") {
      assert.equal((await seen.end()).code, "bookmark-foreign");
      assert.equal(other.exchanges.length, 0);
    } else {
      await seen.received(1);
      assert.deepEqual(other.positions, [policy === "earliest" ? "earliest" : null]);
    }
    assert.deepEqual(
      seen.gaps.map((gap) => gap.reason),
      ["bookmark-foreign"],
    );
  });
}

test("a bookmark of a later version of the format is a gap of its own reason", async (t) => {
  const server = await serve(t, open(event(7)), open(event(8)));
  const store = webStore();
  const first = watch(t, server.url, { bookmark: "deals", store });
  await first.until("a commit", () => first.commits.length === 1);
  await first.stream.close();
  const [[key, record]] = store.entries;
  const later = record.replace("brookmark/1 ", "brookmark/2 ");
  assert.notEqual(later, record);
  store.entries.set(key, later);

  const seen = watch(t, server.url, { bookmark: "deals", store });
  await seen.received(1);
  assert.deepEqual(
    seen.gaps.map((gap) => gap.reason),
    ["bookmark-version"],
  );
  assert.deepEqual(server.positions, [null, "earliest"]);
});

test("another token in the query does not make it another source", async (t) => {
  const server = await serve(t, open(event(7)), open(event(8)));
  const store = webStore();
  const first = watch(t, `${server.url}?token=one`, { bookmark: "deals", store });
  await first.until("a commit", () => first.commits.length === 1);
  await first.stream.close();
  const second = watch(t, `${server.url}?token=two`, { bookmark: "deals", store });
  await second.received(1);
  assert.deepEqual(server.positions, [null, "7"]);
  assert.deepEqual(second.gaps, []);
});
