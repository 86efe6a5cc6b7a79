// Reads a stream twice, keeps a part of it the second time, and says what that holds in memory.

import { sse } from "brookmark";
import { fetchOf } from "./chunks.mjs";
import { usedMemory } from "./used-memory.mjs";

/**
 * @param chunks makes the response's body, a piece at a time
 * @param pick what to keep of an event, or undefined
 * @returns how many were kept, and by how many bytes the memory in use has grown
 */
export async function keep(chunks, pick) {
  /* Once for nothing, so that what the first reading makes for good does not count. */
  await consume(chunks, () => undefined);
  const before = await usedMemory();
  const kept = await consume(chunks, pick);
  return { grown: (await usedMemory()) - before, kept: kept.length };
}

async function consume(chunks, pick) {
  const kept = [];
  await sse("http://source.invalid/", {
    retry: false,
    fetch: fetchOf(chunks()),
    onEvent(event) {
      const part = pick(event);
      if (part !== undefined) kept.push(part);
    },
  }).closed;
  return kept;
}
