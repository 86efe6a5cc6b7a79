/**
 * The demo's one stream: made anew at the start, after "start afresh" and after its end. The
 * handler keeps the counters, and can be slowed down or made to fail.
 */
import { clearBookmark, sse } from "/dist/index.js";

const BOOKMARK = "deals";
const SLOW = 500;

export class Deals {
  slow = false;
  throwNext = false;
  #url;
  #counters;
  #heard;
  #stream;

  /** `heard` is told `(what, detail)`: event, state, retry, gap, error, commit, close. */
  constructor(url, counters, heard) {
    this.#url = url;
    this.#counters = counters;
    this.#heard = heard;
    this.open();
  }

  open() {
    const heard = this.#heard;
    this.#stream = sse(`${this.#url}/events`, {
      bookmark: BOOKMARK,
      start: "earliest",
      decode: "json",
      // The server sends a comment every two seconds, so three times that is silence.
      idleTimeout: 6_000,
      retry: { min: 500, max: 8_000 },
      onEvent: (event) => this.#handle(event),
      onState: (state) => heard("state", state),
      onRetry: (retry) => heard("retry", retry),
      onGap: (gap) => {
        this.#counters.gap(gap.position === null ? null : Number(gap.position));
        heard("gap", gap);
      },
      onHandlerError: "retry",
      onCommit: (position) => {
        this.#counters.committed(Number(position));
        heard("commit", position);
      },
      onError: (error) => heard("error", error),
      onClose: (error) => heard("close", error),
    });
  }

  get stream() {
    return this.#stream;
  }

  /** Forgets the bookmark and begins where the server's history begins. */
  async startAfresh() {
    await this.#stream.close();
    await clearBookmark(BOOKMARK);
    this.#counters.reset();
    this.open();
  }

  /** Returns nothing, or a promise while it is slow: the bookmark waits for either. */
  #handle(event) {
    if (this.throwNext) {
      this.throwNext = false;
      throw new Error("the demo's handler was told to throw");
    }
    if (!this.slow) return this.#finish(event);
    return new Promise((done) => setTimeout(done, SLOW)).then(() => this.#finish(event));
  }

  #finish(event) {
    this.#counters.handled(event.data.number);
    this.#heard("event", event);
  }
}
