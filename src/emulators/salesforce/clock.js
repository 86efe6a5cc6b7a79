/** The service's clock: it may run faster than the machine's, and be moved. */

/* Timers of the platform take no more. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class Clock {
  #speed;
  /** What it shows when the machine's monotonic clock is at zero. */
  #zero;
  #alarms = new Set();

  constructor(speed) {
    if (!(speed > 0)) throw new TypeError("speed is a number above zero");
    this.#speed = speed;
    this.#zero = Date.now() - performance.now() * speed;
  }

  /** In milliseconds since 1970. */
  get now() {
    return Math.floor(this.#zero + performance.now() * this.#speed);
  }

  /** Milliseconds of the machine's clock that such a span takes. */
  real(span) {
    return span / this.#speed;
  }

  advance(span) {
    if (!(span >= 0)) throw new TypeError("the clock does not go back");
    this.#zero += span;
    for (const alarm of this.#alarms) this.#arm(alarm);
  }

  /** Calls `ring` once that span has passed; returns what calls it off. */
  after(span, ring) {
    const alarm = { at: this.now + span, ring, timer: null };
    this.#alarms.add(alarm);
    this.#arm(alarm);
    return () => this.#drop(alarm);
  }

  #arm(alarm) {
    clearTimeout(alarm.timer);
    const wait = Math.ceil(this.real(alarm.at - this.now));
    alarm.timer = setTimeout(
      () => {
        if (this.now < alarm.at) return this.#arm(alarm);
        this.#drop(alarm);
        return alarm.ring();
      },
      Math.min(Math.max(wait, 0), LONGEST_TIMER),
    );
  }

  #drop(alarm) {
    clearTimeout(alarm.timer);
    this.#alarms.delete(alarm);
  }
}
