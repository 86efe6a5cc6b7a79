// Opens, reads and closes streams in rounds and reports the memory in use after each.

import { sse } from "brookmark";
import { fetchOf } from "./chunks.mjs";
import { usedMemory } from "./used-memory.mjs";

const ROUNDS = 6;
const STREAMS = 150;
const wire = Buffer.from(
  Array.from({ length: 200 }, (_, n) => `id: ${n}\ndata: ${"x".repeat(500)}\n\n`).join(""),
);

const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) {
  for (let n = 0; n < STREAMS; n += 1) {
    const stream = sse("http://source.invalid/", { retry: false, fetch: fetchOf([wire]), onEvent() {} });
    await stream.closed;
  }
  rounds.push(await usedMemory());
}
console.log(JSON.stringify({ rounds }));
