// The benchmark itself, as far as it needs no peers: that its workloads are what it says, and that its
// checks would notice.

import assert from "node:assert/strict";
import test from "node:test";
import { ours as brookmark } from "../../bench/contenders/brookmark.mjs";
import { cellsOf, summary } from "../../bench/parse/cells.mjs";
import { entryOf } from "../../bench/parse/chunks.mjs";
import { check, fits, measure } from "../../bench/parse/rounds.mjs";
import { WORKLOADS, cut, workload } from "../../bench/workloads.mjs";

const SIZE = 1_000_000;
const isAscii = (text) => !/[^\0-\x7f]/.test(text);

const ours = (format) => brookmark[format].map((contender) => entryOf(contender, "ours", format));

/** The first of ours as the benchmark runs it, but that `change` falsifies what it delivers. */
function falsified(change) {
  const [entry] = ours("sse");
  const changing = (take) => (...event) => {
    const changed = change(event);
    if (changed) take(...changed);
  };
  return { ...entry, run: (chunks, take, context) => entry.run(chunks, changing(take), context) };
}

test("a workload is the same whenever it is made", () => {
  for (const name of WORKLOADS) assert.deepEqual(workload(name, 50_000), workload(name, 50_000));
});

test("the workloads have the shapes that they are described with", () => {
  const share = (name, of) => {
    const { bytes, events } = workload(name, SIZE);
    return of === "records" ? events.filter(({ data }) => !isAscii(data)).length / events.length : bytes.filter((byte) => byte > 127).length / bytes.length;
  };
  const eventBytes = (name) => {
    const { bytes, events } = workload(name, SIZE);
    return bytes.length / events.length;
  };
  const within = (value, low, high, what) => assert.ok(value >= low && value <= high, `${what}: ${value}`);
  within(eventBytes("W1"), 140, 160, "bytes of a token");
  within(eventBytes("W2"), 850, 950, "bytes of a deal");
  within(share("W2", "records"), 0.42, 0.52, "deals with text that is not ASCII");
  within(share("W2", "bytes"), 0.09, 0.13, "bytes of it");
  assert.equal(share("W2a", "bytes"), 0);
  assert.equal(share("W2d", "records"), 1);
  within(eventBytes("W3"), 256_000, 270_000, "bytes of a big event");
  for (const { data } of workload("W4", 20_000).events) {
    assert.deepEqual(data.split("\n").map((line) => line.length), Array(20).fill(60));
  }
  for (const name of WORKLOADS) for (const { data } of workload(name, 100_000).events) JSON.parse(data);
});

test("what ours delivers is what the workloads mean, however they are cut", async () => {
  for (const name of WORKLOADS) {
    const made = workload(name, 100_000);
    for (const json of [false, true]) {
      const context = { json, types: made.types, end: made.end };
      for (const entry of ours(made.format).filter((entry) => fits(entry, context))) {
        await entry.ready?.();
        for (const size of [7, 1_400, 65_536]) await check(entry, cut(made.bytes, size), made.events, context);
      }
    }
  }
});

test("a contender that loses, changes or adds an event is not timed", async () => {
  const made = workload("W2", 50_000);
  const cell = { json: false, chunkBytes: 1_400, rounds: 1 };
  let count = 0;
  const faults = {
    loses: (event) => (++count === 20 ? null : event),
    changes: ([type, data, id]) => [type, data.replace("EUR", "USD"), id],
    "takes for another type": ([, data, id]) => ["other", data, id],
    "leaves out an id": ([type, data]) => [type, data, ""],
  };
  for (const [what, fault] of Object.entries(faults)) {
    await assert.rejects(measure(made, cell, [falsified(fault)]), /event \d+ is|\d+ events, not/, what);
  }
});

test("a fault that shows only once it is timed is noticed too", async () => {
  const made = workload("W2", 50_000);
  let events = 0;
  const later = ([type, data, id]) => [type, ++events > made.events.length ? data.slice(1) : data, id];
  await assert.rejects(measure(made, { json: false, chunkBytes: 1_400, rounds: 1 }, [falsified(later)]), /timed round/);
});

test("times become ratios to the best peer, and to JSON.parse", () => {
  const entries = [
    { name: "ours", kind: "ours", times: [4, 2, 3] },
    { name: "slow", kind: "peer", times: [9, 9, 9] },
    { name: "fast", kind: "peer", times: [6, 6, 6] },
    { name: "JSON.parse alone", kind: "limit", times: [1, 2, 3] },
  ];
  const [cell] = cellsOf("Node 20.1.0", { name: "W1", json: true }, { bytes: 6_000, cells: [{ chunkBytes: 1_400, entries }] });
  assert.equal(cell.ratio, 2);
  assert.deepEqual(cell.peer, { name: "fast", mbps: 1 });
  assert.equal(cell.ofLimit, 0.67);
  const text = (runtime, ratio) => ({ runtime, mode: "text", ratio, ofLimit: null });
  const figures = summary([cell, text("Node 20.1.0", 1.4), text("Node 20.1.0", 2), text("Node 24.0.0", 0.9)]);
  assert.deepEqual(figures, {
    worstTextRatio: 0.9,
    node20TextMedianRatio: 1.7,
    worstJsonRatioToPeer: 2,
    medianJsonOfLimit: 0.67,
  });
});
