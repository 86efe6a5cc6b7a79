/** One bookmark, one stream: of all that share a page's `localStorage`, one consumes, and the others wait. */

export class Lease {
  /** While it waits. */
  #controller = null;
  #release = null;
  #isOver = false;

  /**
   * Waits until no other stream has the bookmark. Only `localStorage` is known to be shared; where there are no
   * locks, or none are granted, the stores' records tell (`Entry`).
   * @param onWait called where another one has it
   */
  async take(bookmark, store, onWait) {
    if (!bookmark || !isShared(store)) return;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    try {
      if (await this.#ask(bookmark, { ifAvailable: true })) return;
      onWait();
      await this.#ask(bookmark, { signal });
    } catch {
      /* Given up; or the document is of no origin, and has no storage to share either. */
    }
  }

  /** Lets the next one go on; who still waits, waits no longer. */
  end() {
    this.#isOver = true;
    this.#controller?.abort();
    this.#release?.();
  }

  /** @returns whether the lock was granted, while which is held on to */
  #ask(bookmark, options) {
    return new Promise((resolve, reject) => {
      const held = (lock) => {
        resolve(lock !== null);
        if (!lock || this.#isOver) return undefined;
        return new Promise((release) => (this.#release = release));
      };
      navigator.locks.request(`brookmark:${bookmark}`, options, held).catch(reject);
    });
  }
}

function isShared(store) {
  try {
    return typeof document !== "undefined" && Boolean(globalThis.navigator?.locks) && store === globalThis.localStorage;
  } catch {
    return false;
  }
}
