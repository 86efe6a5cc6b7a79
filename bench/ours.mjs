/**
 * Has Brookmark alone parse one workload over and over, for a profiler:
 *
 *   node --cpu-prof bench/ours.mjs W1 16384 [text|json] [seconds] [contender]
 */
import { contendersFor } from "./parse/contenders.mjs";
import { cut, workload } from "./workloads.mjs";

const [name = "W1", chunkBytes = "16384", mode = "text", seconds = "5", which] = process.argv.slice(2);
const made = workload(name);
const chunks = cut(made.bytes, Number(chunkBytes));
const contenders = contendersFor(made.format);
const contender = which ? contenders.find((one) => one.name.includes(which)) : contenders[0];
const context = { json: mode === "json", types: made.types, end: made.end };

await contender.ready?.();
let length = 0;
const take = context.json ? (type, data) => (length += data === null ? 0 : 1) : (type, data) => (length += data.length);
let rounds = 0;
const began = performance.now();
while (performance.now() - began < Number(seconds) * 1_000) {
  await contender.run(chunks, take, context);
  rounds += 1;
}
const took = performance.now() - began;
console.log(`${contender.name}: ${name} ${mode}, chunks of ${chunkBytes}: ${Math.round((rounds * made.bytes.length) / took / 1_000)} MB/s, ${rounds} rounds`);
process.exit();
