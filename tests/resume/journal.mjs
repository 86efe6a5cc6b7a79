// What a client has done, one line each, and the check that it kept the promises.
//
//   s RECORD   the client begins; RECORD is what its store holds, nothing where it holds nothing
//   h N        the handler has handled number N (written before it returns or resolves)
//   c N        the stream has told that its bookmark at N is durable
//   g REASON   the stream has told of a gap
//
// A client that is killed between a durable write and its `c` line is caught by the next `s` line.

import { setTimeout as sleep } from "node:timers/promises";
import { positionIn } from "../support/stores.mjs";

/**
 * Checks a journal against the numbers 1 to `total`.
 *
 * lost: numbers never handled, and numbers that were not committed and yet did not come again;
 * repeated: numbers handled again after their commit; disordered: numbers that came behind a
 * higher one; early: commits of numbers not handled before; gaps: gaps told of.
 */
export function check(lines, total) {
  const handled = new Set();
  const skipped = new Set();
  const counts = { repeated: 0, disordered: 0, early: 0, gaps: 0, starts: 0 };
  let committed = 0;
  let previous = 0;

  const steps = {
    s(record) {
      counts.starts += 1;
      previous = record === "" ? 0 : Number(positionIn(record));
      committed = Math.max(committed, previous);
    },
    h(text) {
      const number = Number(text);
      if (number <= committed) counts.repeated += 1;
      else if (number <= previous) counts.disordered += 1;
      for (let missing = previous + 1; missing < number; missing += 1) skipped.add(missing);
      skipped.delete(number);
      handled.add(number);
      previous = Math.max(previous, number);
    },
    c(text) {
      const number = Number(text);
      if (!handled.has(number) || number > previous) counts.early += 1;
      else committed = Math.max(committed, number);
    },
    g() {
      counts.gaps += 1;
    },
  };
  for (const line of lines) {
    const step = steps[line[0]];
    if (!step) throw new Error(`not a journal line: ${line}`);
    step(line.slice(2));
  }

  const lost = new Set(skipped);
  for (let number = 1; number <= total; number += 1) if (!handled.has(number)) lost.add(number);
  return { events: handled.size, lost: lost.size, committed, ...counts };
}

/**
 * The lines that `read` gives once one of them is the last commit, as `isLast` knows it; after a minute, as they are
 * then, for the check to say what is missing.
 */
export async function finalLines(read, isLast) {
  const deadline = Date.now() + 60_000;
  let lines;
  do {
    await sleep(100);
    lines = await read();
  } while (!lines.some(isLast) && Date.now() < deadline);
  return lines;
}
