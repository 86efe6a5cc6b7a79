/** One workload and mode in a Node process of its own: its argument says what, the last line of its output is the result. */
import { ndjsonNodePeers } from "../contenders/ndjson-node.mjs";
import { waited } from "../lib/waited.mjs";
import { workload } from "../workloads.mjs";
import { contendersFor } from "./contenders.mjs";
import { measure } from "./rounds.mjs";

const { name, size, json, chunks, rounds } = JSON.parse(process.argv[2]);
const made = workload(name, size);
const contenders = contendersFor(made.format, { ndjson: ndjsonNodePeers });
const cells = [];
for (const chunkBytes of chunks) {
  cells.push({ chunkBytes, entries: await measure(made, { json, chunkBytes, rounds }, contenders, waited) });
}
console.log(JSON.stringify({ bytes: made.bytes.length, events: made.events.length, cells }));
/* Some clients leave a timer behind, for a reconnection that is not wanted. */
process.exit();
