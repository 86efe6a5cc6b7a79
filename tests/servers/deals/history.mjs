import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dealBytes } from "./events.mjs";

/**
 * Which numbers exist, and which of them are kept.
 *
 * With a `state` file, what is not a function of a number outlives the process: the next number,
 * the floor that `forget` sets, and which events were enlarged.
 */
export class History {
  #seed;
  #keep;
  #last;
  #file;
  #floor = 1;
  #enlarged = new Map();

  constructor({ state, seed, keep, last }) {
    this.#file = state;
    this.#seed = seed;
    this.#keep = keep;
    this.#last = last;
    this.next = 1;
    const saved = state && readIfThere(state);
    if (saved) {
      this.next = saved.next;
      this.#floor = saved.floor;
      this.#enlarged = new Map(saved.enlarged);
    }
  }

  get oldest() {
    return Math.max(this.#floor, this.next - this.#keep);
  }

  bytes(n) {
    return dealBytes(n, this.#seed, this.#enlarged.get(n));
  }

  /** The number at which a client with this position goes on; `null` where it cannot. */
  after(position) {
    if (position === "") return this.next;
    if (position === "earliest") return this.oldest;
    if (!/^(0|[1-9][0-9]{0,14})$/.test(position)) return null;
    const next = Number(position) + 1;
    return next >= this.oldest && next <= this.next ? next : null;
  }

  /** Makes events exist; answers whether any came to be. */
  advance(events) {
    const next = Math.min(this.next + events, this.#last + 1);
    if (next <= this.next) return false;
    this.next = next;
    this.#save();
    return true;
  }

  forget() {
    this.#floor = this.next;
    this.#save();
  }

  enlargeNext(bytes) {
    for (const n of this.#enlarged.keys()) if (n < this.oldest) this.#enlarged.delete(n);
    this.#enlarged.set(this.next, bytes);
  }

  /** Written aside and renamed, so that a kill at any instant leaves a whole file. */
  #save() {
    if (!this.#file) return;
    const state = { next: this.next, floor: this.#floor, enlarged: [...this.#enlarged] };
    writeFileSync(`${this.#file}.new`, JSON.stringify(state));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readIfThere(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
