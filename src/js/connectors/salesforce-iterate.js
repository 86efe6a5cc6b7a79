/** All that a client hears, in one loop. */
import { BrookmarkError } from "brookmark";

/** So many messages may wait for a loop that only looks on. */
const MOST = 10_000;

/**
 * The events of all streams, those that are added later too. The next event of a stream is asked for when the last one was
 * handled, which is when the loop comes back: so its place is committed as if it were iterated alone.
 *
 * @param streams those there are
 * @param added functions to call with each new one
 * @param isHeard whether somebody hears of errors, so that a channel that ends with one does not end the others
 */
export async function* merged({ streams, added, client, isHeard }) {
  const iterators = new Set();
  /** What each of them gives next. */
  const pending = new Map();
  let wake;
  let isOver = false;
  const take = (stream) => {
    let iterator;
    try {
      iterator = stream[Symbol.asyncIterator]();
    } catch {
      /* It is read by somebody else. */
      return;
    }
    iterators.add(iterator);
    const failed = (thrown) => {
      if (!isHeard) throw thrown;
      return { done: true };
    };
    const next = () => pending.set(iterator, iterator.next().catch(failed).then((result) => ({ iterator, next, result })));
    next();
    wake?.();
  };
  const end = client.closed.finally(() => {
    isOver = true;
    wake?.();
  });
  end.catch(() => {});
  streams.forEach(take);
  added.add(take);
  try {
    for (;;) {
      const woken = new Promise((resolve) => (wake = resolve));
      if (isOver && pending.size === 0) return await end;
      const one = await Promise.race([...pending.values(), woken]);
      if (!one) continue;
      const { iterator, next, result } = one;
      pending.delete(iterator);
      if (result.done) {
        iterators.delete(iterator);
        continue;
      }
      yield result.value;
      next();
    }
  } finally {
    added.delete(take);
    for (const iterator of iterators) void iterator.return();
  }
}

/** All messages as they come in, to look at. */
export async function* queued(client) {
  const waiting = [];
  let wake = () => {};
  let isOver = false;
  let isTooMuch = false;
  const stop = client.on("/**", (message) => {
    if (waiting.length < MOST) waiting.push(message);
    else isTooMuch = true;
    wake();
  });
  const end = client.closed.finally(() => {
    isOver = true;
    wake();
  });
  end.catch(() => {});
  try {
    for (;;) {
      if (waiting.length > 0) yield waiting.shift();
      else if (isTooMuch) throw tooMuch();
      else if (isOver) return await end;
      else await new Promise((resolve) => (wake = resolve));
    }
  } finally {
    stop();
  }
}

function tooMuch() {
  const message = `more than ${MOST} messages waited for the loop that looks at them`;
  return new BrookmarkError({ code: "backlog", culprit: "limit", retryable: false, message });
}
