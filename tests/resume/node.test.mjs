import assert from "node:assert/strict";
import test from "node:test";
import { resumeInNode } from "./in-node.mjs";

test("a Node process killed at 25 moments handles 20,000 events, each once, in order", { timeout: 300_000 }, async () => {
  const counts = await resumeInNode();
  console.log(JSON.stringify(counts));
  assert.deepEqual(counts, {
    events: 20_000,
    lost: 0,
    repeated: 0,
    disordered: 0,
    early: 0,
    gaps: 0,
    starts: 26,
    committed: 20_000,
    reloads: 0,
    cuts: 25,
    restarts: 5,
    kills: 25,
  });
});
