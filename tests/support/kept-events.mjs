// Keeps one small event out of each big chunk and reports what that holds in memory.

import { sse } from "brookmark";
import { fetchOf } from "./chunks.mjs";
import { usedMemory } from "./used-memory.mjs";

const CHUNKS = 400;
const CHUNK_BYTES = 256 * 1024;

function* chunks() {
  for (let n = 0; n < CHUNKS; n += 1) {
    const small = `data: a small event to be kept, number ${n}\n\n`;
    const filler = `data: ${"x".repeat(1_000)}\n\n`;
    yield Buffer.from(small + filler.repeat(Math.floor(CHUNK_BYTES / filler.length)));
  }
}

/** The payloads that `isWanted` picks out of all. */
async function consume(isWanted) {
  const kept = [];
  await sse("http://source.invalid/", {
    retry: false,
    fetch: fetchOf(chunks()),
    onEvent(event) {
      if (isWanted(event.data)) kept.push(event.data);
    },
  }).closed;
  return kept;
}

await consume(() => false);
const before = await usedMemory();
const kept = await consume((data) => data.startsWith("a small"));
const grown = (await usedMemory()) - before;
console.log(JSON.stringify({ kept: kept.length, chunkBytes: CHUNK_BYTES, grown }));
