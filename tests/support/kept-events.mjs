// Keeps one small event out of each big chunk and reports what that holds in memory.

import { keep } from "./keep.mjs";

const CHUNKS = 400;
const CHUNK_BYTES = 256 * 1024;

function* chunks() {
  for (let n = 0; n < CHUNKS; n += 1) {
    const small = `data: a small event to be kept, number ${n}\n\n`;
    const filler = `data: ${"x".repeat(1_000)}\n\n`;
    yield Buffer.from(small + filler.repeat(Math.floor(CHUNK_BYTES / filler.length)));
  }
}

const { kept, grown } = await keep(chunks, ({ data }) => (data.startsWith("a small") ? data : undefined));
console.log(JSON.stringify({ kept, chunkBytes: CHUNK_BYTES, grown }));
