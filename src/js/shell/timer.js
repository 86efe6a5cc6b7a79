/** One timer, which is set anew each time. */

/** Beyond this, `setTimeout` goes off at once. */
const LONGEST = 2 ** 31 - 1;

export class Timer {
  #handle;

  /** Calls `then` after `delay` milliseconds, at the latest after 24 days, instead of before. */
  set(delay, then) {
    clearTimeout(this.#handle);
    /* Clocks are read in whole milliseconds, rounded down: one more is never early. */
    if (delay < Infinity) this.#handle = setTimeout(then, Math.min(delay + 1, LONGEST));
  }

  clear() {
    clearTimeout(this.#handle);
  }
}
