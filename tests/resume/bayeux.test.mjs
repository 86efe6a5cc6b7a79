import assert from "node:assert/strict";
import test from "node:test";
import { FAULTS } from "./bayeux-faults.mjs";
import { resumeInBayeux } from "./in-bayeux.mjs";

test("a process killed at 3 moments handles 2,000 events of 20 channels, each once, through every kind of fault", { timeout: 240_000 }, async () => {
  const faults = Object.keys(FAULTS).length;
  const counts = await resumeInBayeux({ total: 2_000, faults, kills: 3 });
  console.log(JSON.stringify(counts));
  assert.deepEqual(counts, { events: 2_000, channels: 20, faults, kills: 3, lost: 0, repeated: 0, disordered: 0, early: 0, gaps: 0, starts: 4 });
});
