/** One workload and mode in a page. */
import { workload } from "../workloads.mjs";
import { contendersFor } from "./contenders.mjs";
import { measure } from "./rounds.mjs";

window.measureJob = async ({ name, size, json, chunks, rounds }) => {
  const made = workload(name, size);
  const cells = [];
  for (const chunkBytes of chunks) {
    cells.push({ chunkBytes, entries: await measure(made, { json, chunkBytes, rounds }, contendersFor(made.format)) });
  }
  return { bytes: made.bytes.length, events: made.events.length, cells };
};
