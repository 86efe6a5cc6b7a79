/** Events between the engine and whoever takes them. The engine bounds how many there are. */
import { BrookmarkError, badRecord, wordsOf } from "./errors.js";
import { parseExact } from "./exact.js";
import { RecordEvent, isParsed } from "./table.js";

/** Nothing is ever added to this one. */
const NONE = [];

export class Queue {
  /** Set while the application wants no events. */
  paused = false;
  #events = NONE;
  #head = 0;
  /** Number of the event in front. Events behind it are numbered without a hole. */
  #seq = 0;
  #decode;
  #isJson;

  constructor({ decode, numbers }) {
    const parse = numbers === "exact" ? parseExact : JSON.parse;
    this.#decode = typeof decode === "function" ? decode : decode === "json" ? parse : null;
    this.#isJson = decode === "json";
  }

  get hasNext() {
    return !this.paused && this.#head < this.#events.length;
  }

  /** Adds events, of which the first has the number `first`. */
  add(events, first) {
    if (this.#head === this.#events.length) {
      this.#events = events;
      this.#head = 0;
      this.#seq = first;
    } else {
      /* A queue that is never empty must not keep the places of what was taken. */
      if (this.#head > 1024 && this.#head * 2 > this.#events.length) {
        this.#events.splice(0, this.#head);
        this.#head = 0;
      }
      /* Not by spreading: that passes each on the stack, and there may be very many. */
      for (const event of events) this.#events.push(event);
    }
  }

  /** Number of the event that `take` gives next. */
  get seq() {
    return this.#seq;
  }

  /** The event in front, not yet decoded. */
  take() {
    const event = this.#events[this.#head];
    this.#events[this.#head++] = undefined;
    this.#seq++;
    if (this.#head === this.#events.length) this.clear();
    return event;
  }

  /** Decodes what was taken. Throws an error of its own kind where that fails. */
  decode(event) {
    if (!this.#decode || isParsed(event)) return;
    try {
      event.data = this.#decode(event.data);
    } catch (thrown) {
      throw this.#isJson && event instanceof RecordEvent ? badRecord(event, thrown) : badPayload(thrown);
    }
  }

  clear() {
    this.#events = NONE;
    this.#head = 0;
  }
}

function badPayload(thrown) {
  const message = `the payload could not be decoded: ${wordsOf(thrown)}`;
  return new BrookmarkError({ code: "decode", culprit: "peer", message, cause: thrown });
}

