/** Rings at the times of a timetable. */
import { Timer } from "./timer.js";

/** At most so long is waited at once: a clock that was set, or a machine that slept, is noticed by then. */
const STEP = 3_600_000;

export class Alarm {
  #next;
  #ring;
  #at;
  #timer = new Timer();

  /** @param next gives the time behind another; undefined: there is none */
  constructor(next, ring) {
    this.#next = next;
    this.#ring = ring;
    this.#plan();
  }

  stop() {
    this.#timer.clear();
  }

  #plan() {
    this.#at = this.#next(Date.now());
    this.#wait();
  }

  #wait() {
    if (this.#at !== undefined) this.#timer.set(Math.min(this.#at - Date.now(), STEP), () => this.#look());
  }

  #look() {
    if (Date.now() < this.#at) {
      this.#wait();
      return;
    }
    this.#plan();
    this.#ring();
  }
}
