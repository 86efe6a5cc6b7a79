/** All that a client hears, in one loop. */
import { BrookmarkError } from "brookmark";
import { misuse } from "./checks.js";

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
  /** What they have given, in its order. A race of them all would remember each turn in whoever is quiet. */
  const given = [];
  let wake = () => {};
  let isOver = false;
  const give = (one) => {
    given.push(one);
    wake();
  };
  const ask = (iterator) => {
    const failed = (thrown) => give({ iterator, done: true, failure: { thrown } });
    iterator.next().then((result) => give({ iterator, ...result }), failed);
  };
  const take = (stream) => {
    let iterator;
    try {
      iterator = stream[Symbol.asyncIterator]();
    } catch {
      /* It is read by somebody else. */
      return;
    }
    iterators.add(iterator);
    ask(iterator);
  };
  const end = client.closed.finally(() => {
    isOver = true;
    wake();
  });
  end.catch(() => {});
  if (added.size > 0) throw misuse("another loop reads these events already", "already-consumed");
  streams.forEach(take);
  added.add(take);
  try {
    for (;;) {
      const one = given.shift();
      if (one === undefined) {
        if (isOver && iterators.size === 0) return await end;
        await new Promise((resolve) => (wake = resolve));
      } else if (one.done) {
        iterators.delete(one.iterator);
        /* Where the client has ended, it knows better why. */
        if (one.failure && !isHeard && client.state !== "closed") throw one.failure.thrown;
      } else {
        yield one.value;
        ask(one.iterator);
      }
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
