import { setTimeout as sleep } from "node:timers/promises";

/** At most this many events leave in one piece. */
const BATCH = 64;

/** One open response: sends what its client has not had, in pieces cut at awkward bytes. */
export class Feed {
  #response;
  #history;
  #random;
  #heartbeat;
  #next;
  #injected = [];
  #bytesToCut = Infinity;
  #breaking = false;
  #stalledUntil = 0;
  #wake = () => {};

  constructor({ response, history, random, heartbeat, next }) {
    this.#response = response;
    this.#history = history;
    this.#random = random;
    this.#heartbeat = heartbeat;
    this.#next = next;
  }

  get stalled() {
    return Date.now() < this.#stalledUntil;
  }

  nudge() {
    this.#wake();
  }

  inject(bytes) {
    this.#injected.push(bytes);
    this.nudge();
  }

  repeat(events) {
    const first = Math.max(this.#history.oldest, this.#next - events);
    for (let n = first; n < this.#next; n += 1) this.inject(this.#history.bytes(n));
  }

  cutAfter(bytes) {
    this.#bytesToCut = bytes;
    if (bytes === 0) this.#response.destroy();
  }

  breakNext() {
    this.#breaking = true;
  }

  stall(ms) {
    this.#stalledUntil = Date.now() + ms;
  }

  unstall() {
    this.#stalledUntil = 0;
    this.nudge();
  }

  async run() {
    while (this.#open) {
      const bytes = this.#take();
      if (bytes) await this.#send(bytes);
      else if (!(await this.#nudged(this.#heartbeat))) this.inject(Buffer.from(": still here\n\n"));
    }
  }

  get #open() {
    return !this.#response.destroyed;
  }

  /** Whole events, or something that was injected between two of them. */
  #take() {
    if (this.#injected.length > 0) return this.#injected.shift();
    if (this.#next < this.#history.oldest) {
      // The client read so slowly that its next event is gone; its next request will be told so.
      this.#response.destroy();
      return null;
    }
    const end = Math.min(this.#history.next, this.#next + 1 + Math.floor(this.#random() * BATCH));
    if (end <= this.#next) return null;
    if (this.#breaking) {
      const event = this.#history.bytes(this.#next);
      this.#bytesToCut = 1 + Math.floor(this.#random() * (event.length - 3));
      return event;
    }
    const events = [];
    while (this.#next < end) events.push(this.#history.bytes(this.#next++));
    return Buffer.concat(events);
  }

  async #send(bytes) {
    const cuts = Array.from({ length: Math.floor(this.#random() * 4) }, () => awkwardCut(bytes, this.#random));
    cuts.sort((a, b) => a - b);
    let start = 0;
    for (const end of [...cuts, bytes.length]) {
      while (this.#open && this.stalled) {
        await this.#nudged(Math.min(this.#stalledUntil - Date.now(), 60_000));
      }
      if (!this.#open) return;
      const piece = bytes.subarray(start, Math.min(end, start + this.#bytesToCut));
      this.#bytesToCut -= piece.length;
      start = end;
      // The callback comes when the system has taken the bytes: a client that does not read stops us.
      if (piece.length > 0) await new Promise((taken) => this.#response.write(piece, taken));
      if (this.#bytesToCut === 0) this.#response.destroy();
      // Without a pause the pieces would reach the client as one.
      if (end < bytes.length) await sleep(1 + this.#random() * 3);
    }
  }

  /** Waits for a nudge (`true`) or until `ms` have passed (`false`). */
  #nudged(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms, false);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}

/** A random index; in half of the cases the next one inside a UTF-8 sequence or a CRLF. */
function awkwardCut(bytes, random) {
  const start = Math.floor(random() * bytes.length);
  if (random() < 0.5) return start;
  for (let i = Math.max(start, 1); i < bytes.length; i += 1) {
    const insideCharacter = (bytes[i] & 0xc0) === 0x80;
    const insideLineEnd = bytes[i - 1] === 0x0d && bytes[i] === 0x0a;
    if (insideCharacter || insideLineEnd) return i;
  }
  return start;
}
