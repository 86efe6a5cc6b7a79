import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { clearBookmark, poll } from "brookmark";
import { Alarm } from "../../src/js/shell/alarm.js";
import { Rows, rowOptions } from "../support/rows.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, until, watchWith } from "../support/watch.mjs";

async function table(t, ids, options) {
  const rows = new Rows(options);
  await rows.listen();
  rows.put(...ids);
  t.after(() => rows.close());
  return rows;
}

const watchRows = (t, { url }, options) => watchWith(poll, t, url, { ...rowOptions, every: 10, ...options });

/** What came, by id; what was deleted has a minus before it. */
const names = ({ events }) => events.map(({ type, id }) => (type === "deleted" ? `-${id}` : id));

/** Waits until the source has been read to its top, from now on. */
async function reachesTop(stream) {
  await new Promise((resolve) => stream.addEventListener("top", resolve, { once: true }));
}

test("what a full run does not find comes as an event without data", async (t) => {
  const rows = await table(t, ["c", "b", "ä 1", "d", "e"], { size: 2 });
  const seen = watchRows(t, rows, { bookmark: "rows", rescan: { deletions: true } });
  await seen.received(5);
  rows.remove("ä 1", "c");
  seen.stream.rescan();
  await seen.received(10);
  assert.deepEqual(names(seen).slice(5), ["b", "d", "e", "-c", "-ä 1"]);
  assert.deepEqual(seen.events.slice(-2).map(({ data, type }) => [data, type]), [[null, "deleted"], [null, "deleted"]]);
  assert.equal(seen.stream.position, "5");
  assert.deepEqual(seen.codes, []);
});

test("deletions come in every way of decoding", async (t) => {
  for (const [options, want] of [[{ decode: "text" }, "null"], [{ numbers: "exact" }, null], [{ decode: (text) => `<${text}>` }, "<null>"]]) {
    const rows = await table(t, ["a", "b", "c"]);
    const seen = watchRows(t, rows, { ...options, rescan: { deletions: true } });
    await seen.received(3);
    rows.remove("b");
    seen.stream.rescan();
    await seen.received(6);
    assert.deepEqual([seen.events[5].id, seen.data[5]], ["b", want]);
    await seen.stream.close();
  }
});

test("a full run can be asked for before the stream has begun", async (t) => {
  const rows = await table(t, ["a", "b"]);
  const store = webStore();
  const first = watchRows(t, rows, { bookmark: "rows", store });
  await first.until("the commit", () => first.commits.includes("2"));
  await first.stream.close();
  const second = watchRows(t, rows, { bookmark: "rows", store, every: false });
  second.stream.rescan();
  await second.stream.closed;
  assert.deepEqual(names(second), ["a", "b"]);
});

test("what was deleted while nobody looked is told by the next stream with the bookmark", async (t) => {
  const rows = await table(t, ["a", "b", "c", "d"]);
  const store = webStore();
  const options = { bookmark: "rows", store, rescan: { deletions: true } };
  const first = watchRows(t, rows, options);
  await first.received(4);
  await first.until("the commit", () => first.commits.includes("4"));
  await first.stream.close();
  assert.deepEqual([...store.entries.keys()].sort(), ["brookmark:rows", "brookmark:rows#ids"]);
  rows.remove("c");
  const second = watchRows(t, rows, options);
  await reachesTop(second.stream);
  second.stream.rescan();
  await second.received(4);
  assert.deepEqual([names(second), second.codes], [["a", "b", "d", "-c"], []]);
  await second.stream.close();
  await clearBookmark("rows", store);
  assert.equal(store.entries.size, 0);
});

test("a source that lists nothing all at once deletes nothing", async (t) => {
  const rows = await table(t, ["a", "b", "c"]);
  const seen = watchRows(t, rows, { rescan: { deletions: true } });
  await seen.received(3);
  rows.remove("a", "b", "c");
  seen.stream.rescan();
  await seen.until("the doubt", () => seen.errors.length > 0);
  const [{ code, culprit, retryable }] = seen.errors;
  assert.deepEqual([code, culprit, retryable, seen.events.length], ["deletions-doubtful", "peer", true, 3]);
});

test("what is new arrives while a long full run goes on", async (t) => {
  const ids = Array.from({ length: 60 }, (_, n) => `r${n}`);
  const rows = await table(t, ids, { size: 2 });
  const seen = watchRows(t, rows, { rescan: { deletions: true, beside: true }, every: 15 });
  await seen.received(60);
  await reachesTop(seen.stream);
  let isFull = false;
  rows.before = (since) => {
    if (since === null) isFull = true;
    if (isFull && since === "20") {
      rows.put("new");
      rows.remove("r59");
    }
    return aWhile(5);
  };
  seen.stream.rescan();
  await seen.until("the deletion", () => names(seen).includes("-r59"));
  const full = names(seen).slice(60);
  const old = full.filter((name) => name !== "new" && name !== "-r59");
  assert.deepEqual(old, ids.slice(0, 59), "all that there is, once");
  assert.equal(full.filter((name) => name === "new").length, 1);
  assert.ok(full.indexOf("new") < full.indexOf("r58"), "before the end of the full run");
  assert.deepEqual([full.at(-1), seen.codes], ["-r59", []]);
});

test("a cron expression says when all is read again, until the stream ends", async (t) => {
  const rows = await table(t, ["a"]);
  const seen = watchRows(t, rows, { every: 60_000, rescan: { cron: "* * * * * *" } });
  await seen.received(3);
  assert.deepEqual(rows.asked.slice(0, 5), [null, "1", null, "1", null]);
  await seen.stream.close();
  // One may have been on its way.
  await aWhile();
  const { length } = rows.asked;
  await aWhile(1_200);
  assert.equal(rows.asked.length, length);
});

test("an expression that names no date ends the stream with a misuse", async (t) => {
  const rows = await table(t, []);
  for (const cron of ["0 0 30 2 *", "99 * * * *", "5-1 * * * *"]) {
    const error = await watchRows(t, rows, { rescan: { cron } }).end();
    assert.deepEqual([error.code, error.culprit], ["bad-option", "misuse"], cron);
    assert.match(error.message, /^rescan\.cron cannot be followed: /);
  }
  assert.deepEqual(rows.asked, []);
});

test("what makes no sense is a misuse at the call", () => {
  const { id, ...withoutId } = rowOptions;
  const url = "http://source.invalid/";
  const unordered = { ...rowOptions, order: "newest-first" };
  const crons = ["", "* * * *", "* * * * * * *", "0 0 L * *", "0 0 15W * *", "0 0 * * 1#2", "@daily", "0 3 * * FOO", "0 3 * * +1"];
  for (const [options, why] of [
    ...crons.map((cron) => [{ ...rowOptions, rescan: { cron } }, /five or six fields/]),
    [{ ...rowOptions, rescan: { cron: 5 } }, /rescan\.cron is no string/],
    [{ ...rowOptions, rescan: {} }, /neither every nor cron/],
    [{ ...rowOptions, rescan: null }, /neither every nor cron/],
    [{ ...rowOptions, rescan: { every: 3, cron: "0 3 * * *" } }, /or both/],
    [{ ...rowOptions, rescan: { every: 1 } }, /rescan\.every/],
    [{ ...rowOptions, rescan: { every: 3, deletions: "yes" } }, /rescan\.deletions is no boolean/],
    [{ ...withoutId, rescan: { every: 3, deletions: true } }, /needs id/],
    [{ ...unordered, rescan: { deletions: true } }, /newest-first/],
    [{ ...unordered, rescan: { beside: true } }, /newest-first/],
    [{ ...rowOptions, sources: { a: "/a", b: "/b" }, rescan: { deletions: true } }, /one source/],
    [{ ...rowOptions, every: false, rescan: { beside: true } }, /every/],
    [{ ...rowOptions, longPoll: true, rescan: { beside: true } }, /longPoll/],
    [{ ...rowOptions, bookmark: "rows#ids" }, /ends with #ids/],
  ]) {
    assert.throws(() => poll(url, options), (error) => error.code === "bad-option" && why.test(error.message), JSON.stringify(options));
  }
  for (const cron of ["0 3 * * *", "*/10 0-30 3,4 ? jan mon-FRI"]) poll(url, { ...rowOptions, rescan: { cron } });
});

test("a time far away is waited for in steps, and clocks that are set are noticed", () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 0, 1) });
  try {
    const hour = 3_600_000;
    const rings = [];
    const at = Date.UTC(2026, 2, 1);
    const alarm = new Alarm((time) => (time < at ? at : undefined), () => rings.push(Date.now()));
    for (let now = Date.UTC(2026, 0, 1); now < at - hour; now += hour) mock.timers.tick(hour);
    assert.deepEqual(rings, []);
    for (let minute = 0; minute < 120; minute++) mock.timers.tick(60_000);
    assert.equal(rings.length, 1);
    assert.ok(rings[0] >= at && rings[0] <= at + 60_000, new Date(rings[0]).toISOString());
    mock.timers.tick(2_000 * hour);
    assert.equal(rings.length, 1);
    alarm.stop();

    const next = [];
    const daily = new Alarm((time) => time + 24 * hour, () => next.push(Date.now()));
    /* The machine sleeps for two days: timers stand still meanwhile. */
    mock.timers.setTime(Date.now() + 48 * hour);
    mock.timers.tick(hour + 10);
    assert.equal(next.length, 1);
    daily.stop();
    mock.timers.tick(100 * hour);
    assert.equal(next.length, 1);
  } finally {
    mock.timers.reset();
  }
});
