/** The events of one resource, in the order of processing: our account's, and those of others between them. */

export class Log {
  /**
   * Runs of events, the oldest first: `{ offset, length, time, item }`. `item(n)` is the text of the run's n-th event; runs
   * without it are other accounts'.
   */
  #runs = [];
  #end = 0;

  append({ length = 1, time, item }) {
    this.#runs.push({ offset: this.#end, length, time, item });
    this.#end += length;
  }

  /** Drops what is older. */
  forget(before) {
    const kept = this.#runs.findIndex(({ time }) => time >= before);
    this.#runs.splice(0, kept < 0 ? this.#runs.length : kept);
  }

  /** The offset of the oldest event. */
  get tail() {
    return this.#runs[0]?.offset ?? this.#end;
  }

  /** The offset behind the last event that is not newer. */
  top(until) {
    const newest = this.#runs.findLast(({ time }) => time <= until);
    return newest ? newest.offset + newest.length : this.tail;
  }

  /** Up to `limit` items from an offset on; at most `scan` events of others are passed over on the way. */
  read(from, { limit, scan, top }) {
    const items = [];
    let offset = from;
    let patience = scan;
    for (let at = this.#runAt(from); offset < top && items.length < limit && patience > 0; at += 1) {
      const { offset: start, length, item } = this.#runs[at];
      const left = start + length - offset;
      const passed = item ? Math.min(left, limit - items.length) : Math.min(left, patience);
      if (item) for (let n = offset - start; n < offset - start + passed; n += 1) items.push(item(n));
      else patience -= passed;
      offset += passed;
    }
    return { items, next: offset };
  }

  /** The texts of the last events of our account, the oldest first. */
  last(count) {
    const texts = [];
    for (let at = this.#runs.length - 1; at >= 0 && texts.length < count; at -= 1) {
      const { length, item } = this.#runs[at];
      for (let n = length - 1; item && n >= 0 && texts.length < count; n -= 1) texts.unshift(item(n));
    }
    return texts;
  }

  #runAt(offset) {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { offset: start, length } = this.#runs[middle];
      if (start + length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
