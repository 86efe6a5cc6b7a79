import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";

/** Runs a script of `tests/support` with its garbage collector at hand; gives its report. */
function measure(script) {
  const path = new URL(`../support/${script}`, import.meta.url).pathname;
  const child = spawnSync(process.execPath, ["--expose-gc", path], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(child.status, 0, child.stderr);
  return JSON.parse(child.stdout);
}

test("a small event that is kept does not keep its whole chunk", () => {
  const { kept, chunkBytes, grown } = measure("kept-events.mjs");
  assert.equal(kept, 400);
  const each = grown / kept;
  assert.ok(each < chunkBytes / 8, `each kept event pins ${Math.round(each)} of ${chunkBytes} bytes`);
});

test("memory is flat over rounds of streams and events", () => {
  const { rounds } = measure("many-rounds.mjs");
  const [first, last] = [rounds[1], rounds.at(-1)];
  assert.ok(last - first < 2 * 1024 * 1024, `bytes in use after each round: ${rounds}`);
});

test("a queue that is never empty does not grow", () => {
  const { heaps } = measure("full-queue.mjs");
  const [first, last] = [heaps[0], heaps.at(-1)];
  assert.ok(last - first < 2 * 1024 * 1024, `bytes in use as the events went by: ${heaps}`);
});

test("an event that is kept does not keep the long ids of its neighbours", () => {
  const { kept, tableBytes, grown } = measure("kept-ids.mjs");
  assert.equal(kept, 60);
  const each = grown / kept;
  assert.ok(each < tableBytes / 8, `each kept event pins ${Math.round(each)} of ${tableBytes} bytes`);
});

test("memory is flat over the rows of a polled source, and a bookmark takes little of it", () => {
  const { plain, kept, record } = measure("polled-rows.mjs");
  assert.deepEqual([plain.rows, kept.rows, record.split(" ").at(-1)], [160_000, 160_000, "160000"]);
  for (const { heaps } of [plain, kept]) {
    assert.ok(heaps.at(-1) - heaps[1] < 512 * 1024, `bytes in use as the rows went by: ${heaps}`);
  }
  /* It is compared with what was written before; the records themselves are not kept for that. */
  const own = Math.min(...kept.heaps) - Math.min(...plain.heaps);
  assert.ok(own < 40 * record.length, `the bookmark takes ${own} bytes, its record ${record.length}`);
});
