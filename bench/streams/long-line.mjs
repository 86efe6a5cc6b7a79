/**
 * One event of 4 MiB on one line, in few chunks and in many, in a Node process of its own. Where the cost is linear, the
 * many take little longer. The last line of its output is the result.
 */
import { contendersFor } from "../parse/contenders.mjs";
import { median, rounded } from "../lib/numbers.mjs";
import { cut } from "../workloads.mjs";

const LINE = 4 * 1024 * 1024;
const ROUNDS = 9;
/** The first are for the compilers. */
const WARM_UPS = 20;

const wire = new TextEncoder().encode(`data: ${"x".repeat(LINE - 8)}\n\n`);
const cuts = [wire.length / 64, wire.length / 4_096].map((size) => cut(wire, size));
const results = [];
for (const { name, kind, ready, run } of contendersFor("sse").filter(({ kind }) => kind !== "limit")) {
  await ready?.();
  const times = [[], []];
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    for (const [which, chunks] of cuts.entries()) {
      let length = 0;
      const began = performance.now();
      await run(chunks, (type, data) => (length += data.length), { json: false, types: ["message"] });
      if (round >= 0) times[which].push(performance.now() - began);
      if (length !== LINE - 8) throw new Error(`${name}: ${length} characters`);
    }
  }
  const [few, many] = times.map((list) => rounded(median(list)));
  results.push({ name, kind, few, many, ratio: rounded(many / few) });
}
console.log(JSON.stringify(results));
process.exit();
