/** Gives events to whoever asks for the next one. Asking is what says that the one before is handled. */
import { fail } from "./failure.js";

export class Puller {
  #queue;
  #calls;
  #close;
  #manual;
  /** Number of the event given last, while it is not known to be handled. */
  #given = null;
  /** Those who asked and were not yet answered. */
  #asking = [];
  /** Once the stream has ended: how those who ask are answered. */
  #answer = null;
  #isWaking = false;

  constructor(queue, { manual }, calls, close) {
    this.#queue = queue;
    this.#calls = calls;
    this.#manual = manual;
    this.#close = close;
  }

  next() {
    return new Promise((resolve, reject) => {
      this.#asking.push({ resolve, reject });
      this.wake();
    });
  }

  /** The reader stops. The event given last was not followed by a question, so it counts as unhandled. */
  async return(value) {
    this.#given = null;
    await this.#close();
    return { done: true, value };
  }

  async throw(thrown) {
    await this.return();
    throw thrown;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** Events may be there. */
  wake() {
    /* The engine delivers from within `handled`; the loop that called it takes that too. */
    if (this.#isWaking) return;
    this.#isWaking = true;
    while (this.#asking.length > 0) {
      /* Whoever asks for the next says that the one before is handled. */
      this.#handled();
      if (this.#answer) this.#answer(this.#asking.shift());
      else if (this.#queue.hasNext) this.#give();
      else break;
    }
    this.#isWaking = false;
  }

  again() {}

  forget() {
    this.#given = null;
  }

  closeWhenReturned() {
    return false;
  }

  /** @param how `{ error }` to reject the next question once, or null to end without one */
  end(how) {
    const done = ({ resolve }) => resolve({ done: true, value: undefined });
    this.#answer = how
      ? ({ reject }) => {
          this.#answer = done;
          reject(how.error);
        }
      : done;
    this.wake();
  }

  #give() {
    const { seq } = this.#queue;
    const event = this.#queue.take();
    if (this.#manual) event.commit = () => this.#calls.handled(seq, seq);
    try {
      this.#queue.decode(event);
    } catch (thrown) {
      fail(this.#calls, seq, event, thrown);
      return;
    }
    this.#given = seq;
    this.#asking.shift().resolve({ done: false, value: event });
  }

  #handled() {
    const seq = this.#given;
    this.#given = null;
    if (seq !== null) this.#calls.through(seq, seq);
  }
}
