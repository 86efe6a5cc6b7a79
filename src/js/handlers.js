/**
 * Hands events to the application's handler, as many at once as it wants. Handlers that return at
 * once are reported to the engine a whole batch at a time; only promises cost a call each.
 */
import { fail, lateError } from "./failure.js";
import { isThenable } from "./thenable.js";

export class Handlers {
  #queue;
  #calls;
  #onEvent;
  #stream;
  #manual;
  #concurrency;
  /** Places that are taken: by a handler at work, or by an event that will be handed out again. */
  #taken = 0;
  /** Events whose handler has failed, by number, if any has. Each keeps its place, so that order is kept. */
  #failed = null;
  /** Events that the application has committed by itself, if it does. */
  #committed = null;
  /** Numbers of those that are due. */
  #due = [];
  /** Grows with each seek: what handlers of before still say does not count. */
  #era = 0;
  #loop = { isRunning: false, then: null };
  /** Numbers of the first and the last event whose handler has returned, while that is not reported. */
  #done = null;

  constructor(queue, { manual, concurrency }, calls, { onEvent }, stream) {
    this.#queue = queue;
    this.#calls = calls;
    this.#onEvent = onEvent;
    this.#stream = stream;
    this.#manual = manual;
    this.#concurrency = concurrency;
  }

  /** Events may be there, or places. */
  wake() {
    /* The engine delivers from within `handled`; the loop that called it takes that too. */
    if (this.#loop.isRunning) return;
    this.#loop.isRunning = true;
    while (!this.#loop.then) {
      if (this.#due.length > 0 && !this.#queue.paused) {
        this.#handAgain(this.#due.shift());
        continue;
      }
      if (!this.#queue.hasNext) this.#report();
      if (this.#loop.then || !this.#queue.hasNext || this.#taken >= this.#concurrency) break;
      const { seq } = this.#queue;
      if (this.#hand(seq, this.#queue.take())) this.#returned(seq);
      else this.#report();
    }
    this.#report();
    this.#loop.isRunning = false;
    const { then } = this.#loop;
    this.#loop.then = null;
    then?.();
  }

  /** The event is to be handed out once more. */
  again(seq) {
    this.#due.push(seq);
    this.wake();
  }

  /** Gives up all that was handed out. */
  forget() {
    this.#era++;
    this.#taken = 0;
    this.#failed = null;
    this.#due = [];
    this.#done = null;
  }

  /** @returns whether a handler is running, and `finish` will be called when it has returned */
  closeWhenReturned(finish) {
    if (this.#loop.isRunning) this.#loop.then = finish;
    return this.#loop.isRunning;
  }

  end() {
    this.forget();
  }

  /** @returns whether the handler has returned already */
  #hand(seq, event) {
    if (this.#manual) {
      event.commit = () => {
        (this.#committed ??= new WeakSet()).add(event);
        this.#calls.handled(seq, seq);
      };
    }
    try {
      this.#queue.decode(event);
    } catch (thrown) {
      this.#taken++;
      this.#fail(seq, event, thrown);
      return false;
    }
    return this.#run(seq, event);
  }

  #handAgain(seq) {
    const event = this.#failed?.get(seq);
    if (!event) return;
    this.#failed.delete(seq);
    this.#taken--;
    if (this.#run(seq, event)) {
      this.#report();
      this.#calls.through(seq, seq);
    }
  }

  #returned(seq) {
    if (this.#done) this.#done[1] = seq;
    else this.#done = [seq, seq];
  }

  #report() {
    const done = this.#done;
    this.#done = null;
    if (done) this.#calls.through(...done);
  }

  #run(seq, event) {
    const era = this.#era;
    let result;
    try {
      result = this.#onEvent(event, this.#stream);
    } catch (thrown) {
      if (era === this.#era) this.#taken++;
      this.#threw(era, seq, event, thrown);
      return false;
    }
    if (!isThenable(result)) return era === this.#era;
    /* A handler that has moved the stream by `seek` has given its place up. */
    if (era === this.#era) this.#taken++;
    Promise.resolve(result).then(
      () => {
        if (era !== this.#era) return;
        this.#taken--;
        this.#calls.through(seq, seq);
        this.wake();
      },
      (thrown) => {
        this.#threw(era, seq, event, thrown);
        this.wake();
      },
    );
    return false;
  }

  /** A handler that was called in `era` has thrown or rejected. */
  #threw(era, seq, event, thrown) {
    if (era === this.#era) this.#fail(seq, event, thrown);
    else this.#calls.late(lateError(event, thrown));
  }

  #fail(seq, event, thrown) {
    /* What was handled before is committed, whatever follows from this. */
    const era = this.#era;
    this.#report();
    if (era !== this.#era) return;
    /* Before the stream is told: a delay may be over at once. */
    (this.#failed ??= new Map()).set(seq, event);
    if (fail(this.#calls, seq, event, thrown, this.#committed?.has(event)) === "retry") return;
    if (this.#failed?.delete(seq)) this.#taken--;
  }
}
