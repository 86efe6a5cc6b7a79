// A stream with a notebook: everything it tells is written down, so that a test can wait for a
// moment and then compare.

import { memoryStore, sse } from "brookmark";
import { aWhile, sleep, until } from "./waiting.mjs";

/** Attempts come quickly in tests; the delays themselves are tested on their own. */
export const quick = { min: 10, max: 50 };

/**
 * Consumes `url` until the test `t` ends. `options` are those of `sse()`; of the callbacks,
 * `onEvent` and `onGap` may be given too.
 */
export const watch = (t, url, options) => watchWith(sse, t, url, options);

/** The same with what `consume` makes: `sse`, or another kind of stream. */
export function watchWith(consume, t, url, options = {}) {
  const log = { events: [], states: [], retries: [], gaps: [], errors: [], commits: [], closes: [] };
  const stream = consume(url, {
    retry: quick,
    store: memoryStore(),
    ...options,
    onEvent(event, stream) {
      log.events.push(event);
      return options.onEvent?.(event, stream);
    },
    onState(state) {
      log.states.push(state);
    },
    onRetry(retry) {
      log.retries.push(retry);
    },
    onGap(gap, stream) {
      log.gaps.push(gap);
      return typeof options.onGap === "function" ? options.onGap(gap, stream) : options.onGap;
    },
    onCommit(position) {
      log.commits.push(position);
    },
    onError(error) {
      log.errors.push(error);
    },
    onClose(error) {
      log.closes.push(error);
    },
  });
  t.after(() => stream.close());
  return {
    stream,
    ...log,
    get data() {
      return log.events.map((event) => event.data);
    },
    get ids() {
      return log.events.map((event) => event.id);
    },
    get codes() {
      return log.errors.map((error) => error.code);
    },
    /** Waits until something is true of the notebook. */
    until(what, check, limit) {
      return until(what, check, limit, () => summary(stream, log));
    },
    /** Waits until so many events have been handed over. */
    async received(count) {
      await this.until(`${count} events`, () => log.events.length >= count);
    },
    /** Waits for the end; gives the error that ended the stream, or null. */
    async end() {
      await this.until("the end of the stream", () => log.closes.length > 0);
      return log.closes[0];
    },
  };
}

const summary = (stream, log) =>
  `; state ${stream.state}, position ${stream.position}, ` +
  `${log.events.length} events, the last ${log.events.map((event) => event.id).slice(-5)}; ` +
  `states ${log.states.slice(-8)}; errors ${log.errors.slice(-3).map(String).join(" | ")}`;

export { aWhile, sleep, until };
