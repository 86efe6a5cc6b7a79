import assert from "node:assert/strict";
import test from "node:test";
import { resumeInFlows } from "./in-flows.mjs";

for (const format of ["json", "event-stream"]) {
  test(`a process killed at 5 moments handles 2,000 messages of three flows, each once (${format})`, { timeout: 120_000 }, async () => {
    const counts = await resumeInFlows({ format, total: 2_000, faults: { disturb: 5, cut: 10, restart: 2 } });
    console.log(JSON.stringify(counts));
    assert.deepEqual(counts, {
      events: 2_000,
      lost: 0,
      repeated: 0,
      disordered: 0,
      early: 0,
      gaps: 0,
      starts: 6,
      cuts: 10,
      restarts: 2,
      kills: 5,
    });
  });
}
