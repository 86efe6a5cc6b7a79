// Waiting: for a moment that must come, and for one that must not.

import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `check()` is true; says what it waited for, and what there was instead. */
export async function until(what, check, limit = 8_000, details = () => "") {
  const deadline = performance.now() + limit;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms for ${what}${details()}`);
    await sleep(2);
  }
}

/** Long enough for something that must not happen to have happened. */
export const aWhile = (ms = 150) => sleep(ms);

export { sleep };
