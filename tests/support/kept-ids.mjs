// Keeps one event out of each batch of events with long ids and reports what that holds in memory.

import { sse } from "brookmark";
import { fetchOf } from "./chunks.mjs";
import { usedMemory } from "./used-memory.mjs";

const TABLES = 60;
const EVENTS = 500;
const ID_BYTES = 2_000;

function* chunks() {
  for (let table = 0; table < TABLES; table += 1) {
    let wire = "";
    for (let n = 0; n < EVENTS; n += 1) {
      wire += `id: ${`${table}-${n}-`.padEnd(ID_BYTES, "k")}\ndata: ${n}\n\n`;
    }
    yield Buffer.from(wire);
  }
}

/** The events that `isWanted` picks out of all. */
async function consume(isWanted) {
  const kept = [];
  await sse("http://source.invalid/", {
    retry: false,
    fetch: fetchOf(chunks()),
    onEvent(event) {
      if (isWanted(event.data)) kept.push(event);
    },
  }).closed;
  return kept;
}

await consume(() => false);
const before = await usedMemory();
const kept = await consume((data) => data === "7");
const grown = (await usedMemory()) - before;
console.log(JSON.stringify({ kept: kept.length, tableBytes: EVENTS * ID_BYTES, grown }));
