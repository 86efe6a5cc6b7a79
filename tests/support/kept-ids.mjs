// Keeps one event out of each batch of events with long ids and reports what that holds in memory.

import { keep } from "./keep.mjs";

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

const { kept, grown } = await keep(chunks, (event) => (event.data === "7" ? event : undefined));
console.log(JSON.stringify({ kept, tableBytes: EVENTS * ID_BYTES, grown }));
