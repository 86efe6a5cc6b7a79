/**
 * Counts what must not happen, from the numbers in the payloads alone, so that the library is not
 * its own witness. Numbers of the source rise by one.
 *
 *   lost        numbers that were skipped although no gap was told
 *   repeated    numbers handled again after the bookmark had passed them
 *   disordered  numbers not above one handled before in the same run of the page
 *   told        numbers that were skipped under a gap: missing, but not silently
 *
 * A number that comes again after a reload because it was not yet committed is none of these.
 * The counts outlive the page under a key of their own, written before a handler returns.
 */
export class Counters {
  #storage;
  #key;
  #kept;
  #highestInRun = null;

  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
    this.#kept = JSON.parse(storage.getItem(key)) ?? fresh();
  }

  get counts() {
    const { handled, lost, repeated, disordered, told } = this.#kept;
    return { handled, lost, repeated, disordered, told };
  }

  handled(number) {
    const kept = this.#kept;
    const skipped = kept.highest === null ? 0 : Math.max(0, number - kept.highest - 1);
    // Events that already waited here when the gap was told still belong before it.
    const behindGap = kept.gap !== null && !(number > kept.highest && number <= kept.gap.position);
    if (behindGap) kept.told += skipped;
    else if (kept.committed !== null && number <= kept.committed) kept.repeated += 1;
    else if (this.#highestInRun !== null && number <= this.#highestInRun) kept.disordered += 1;
    else kept.lost += skipped;

    kept.handled += 1;
    kept.highest = behindGap ? number : Math.max(kept.highest ?? number, number);
    if (behindGap) kept.gap = null;
    this.#highestInRun = Math.max(this.#highestInRun ?? number, number);
    this.#save();
  }

  committed(number) {
    this.#kept.committed = number;
    this.#save();
  }

  /**
   * The source cannot continue behind `position`. After that it may even count anew, so nothing
   * known before holds.
   */
  gap(position) {
    this.#kept.gap = { position };
    this.#kept.committed = null;
    this.#highestInRun = null;
    this.#save();
  }

  reset() {
    this.#kept = fresh();
    this.#highestInRun = null;
    this.#save();
  }

  #save() {
    this.#storage.setItem(this.#key, JSON.stringify(this.#kept));
  }
}

function fresh() {
  return {
    handled: 0, lost: 0, repeated: 0, disordered: 0, told: 0,
    highest: null, committed: null, gap: null,
  };
}
