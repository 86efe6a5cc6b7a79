// The demo's counters are its witness: each kind of tampering must show, and under its own name.

import assert from "node:assert/strict";
import test from "node:test";
import { Counters } from "../../www/counters.js";

/** Lets `story` act on fresh counters; gives the counts that are not zero. */
function told(story) {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
  const open = () => new Counters(storage, "counters");
  let counters = open();
  story({
    handle: (...numbers) => numbers.forEach((number) => counters.handled(number)),
    commit: (number) => counters.committed(number),
    gap: (position) => counters.gap(position),
    reset: () => counters.reset(),
    reload: () => (counters = open()),
  });
  return Object.fromEntries(Object.entries(counters.counts).filter(([, count]) => count !== 0));
}

test("nothing is counted before the first event", () => {
  assert.deepEqual(told(() => {}), {});
});

test("a run without a hole is counted as handled alone, wherever it begins", () => {
  assert.deepEqual(told(({ handle }) => handle(5, 6, 7)), { handled: 3 });
});

test("each number that is skipped is lost", () => {
  assert.deepEqual(told(({ handle }) => handle(5, 7)), { handled: 2, lost: 1 });
  assert.deepEqual(told(({ handle }) => handle(5, 9, 12)), { handled: 3, lost: 5 });
});

test("a number skipped over a reload is lost too", () => {
  assert.deepEqual(
    told(({ handle, reload }) => {
      handle(5);
      reload();
      handle(7);
    }),
    { handled: 2, lost: 1 },
  );
});

test("what was not committed may come again after a reload", () => {
  assert.deepEqual(
    told(({ handle, commit, reload }) => {
      handle(5, 6);
      commit(5);
      reload();
      handle(6, 7);
    }),
    { handled: 4 },
  );
});

test("what was committed may not", () => {
  assert.deepEqual(
    told(({ handle, commit, reload }) => {
      handle(5, 6);
      commit(6);
      reload();
      handle(6, 7);
    }),
    { handled: 4, repeated: 1 },
  );
});

test("without a reload nothing may come again, committed or not", () => {
  assert.deepEqual(told(({ handle }) => handle(5, 6, 7, 6)), { handled: 4, disordered: 1 });
  assert.deepEqual(
    told(({ handle, commit }) => {
      handle(5, 6, 7, 8);
      commit(6);
      handle(6, 7, 8, 9);
    }),
    { handled: 8, repeated: 1, disordered: 2 },
  );
});

test("a late number mends no loss", () => {
  assert.deepEqual(told(({ handle }) => handle(5, 7, 6, 8)), { handled: 4, lost: 1, disordered: 1 });
});

test("what is skipped under a gap is told, not lost", () => {
  assert.deepEqual(
    told(({ handle, commit, gap }) => {
      handle(5, 6);
      commit(6);
      gap(6);
      handle(47, 48);
    }),
    { handled: 4, told: 40 },
  );
});

test("a gap excuses one hole, the one behind its position", () => {
  assert.deepEqual(
    told(({ handle, commit, gap }) => {
      handle(5, 6);
      commit(5);
      gap(8);
      handle(7, 8, 47, 49);
    }),
    { handled: 6, told: 38, lost: 1 },
  );
  assert.deepEqual(
    told(({ handle, gap }) => {
      handle(5);
      gap(8);
      handle(7, 8, 47);
    }),
    { handled: 4, lost: 1, told: 38 },
  );
});

test("a gap without a position excuses the next hole, also over a reload", () => {
  assert.deepEqual(
    told(({ handle, gap, reload }) => {
      handle(5);
      gap(null);
      reload();
      handle(9);
    }),
    { handled: 2, told: 3 },
  );
});

test("behind a gap the source may count anew, and is watched from there", () => {
  assert.deepEqual(
    told(({ handle, commit, gap }) => {
      handle(1_000);
      commit(1_000);
      gap(1_000);
      handle(1, 2);
      commit(2);
      handle(3, 5, 2);
    }),
    { handled: 6, lost: 1, repeated: 1 },
  );
});

test("a reset forgets all of it", () => {
  assert.deepEqual(
    told(({ handle, commit, reset, reload }) => {
      handle(5, 7, 6);
      commit(7);
      reset();
      reload();
      handle(1, 2);
    }),
    { handled: 2 },
  );
});
