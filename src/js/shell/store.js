/** Stores: the default one, one in memory, and clearing a bookmark. */
import { BrookmarkError, misuse, wordsOf } from "../errors.js";
import { settle } from "../thenable.js";

/** A store that lasts as long as this page or process. */
export function memoryStore() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** Shared, so that a second stream of the same process finds the bookmark of the first. */
let shared;

/**
 * The store where the application names none: `localStorage` in pages, memory elsewhere.
 * `error` says that a page should have one and has not.
 */
export function defaultStore() {
  shared ??= memoryStore();
  if (typeof document === "undefined") return { store: shared, error: null };
  try {
    /* Reading the property throws where the user or a sandbox forbids storage. */
    if (globalThis.localStorage) return { store: globalThis.localStorage, error: null };
    return { store: shared, error: unavailable("it is not there") };
  } catch (thrown) {
    return { store: shared, error: unavailable(wordsOf(thrown), thrown) };
  }
}

/** What follows a bookmark's name in that of the ids beside it, as `src/engine/bookmark/ids.rs` has it. */
export const IDS = "#ids";

/** Names of the three methods, in the two customary shapes. */
const SHAPES = [
  ["getItem", "setItem", "removeItem"],
  ["get", "put", "delete"],
];

/** Refuses what has neither shape. */
export function checkStore(store) {
  if (!shapeOf(store)) {
    throw misuse("bad-option", "store has neither getItem, setItem, removeItem nor get, put, delete");
  }
}

/** What stands in the store is not what this stream has read or written there. */
export class Conflict extends Error {}

/** A bookmark in its store, as one stream sees it. */
export class Entry {
  #store;
  #key;
  #names;
  /** What it was there: the last that was read or written, and, for stores that answer late, what was before. */
  #known = null;

  constructor(store, name) {
    this.#store = store;
    this.#key = keyOf(name);
    this.#names = shapeOf(store);
  }

  /** The record; undefined where there is none. Or a promise of it. */
  read() {
    return settle(this.#get(), (value) => {
      const record = toRecord(value);
      /* A stream that did not wait for this answer may have written by now. */
      this.#known ??= [];
      if (record !== undefined) this.#learn(record);
      return record;
    });
  }

  /** Anything, or a promise of it. Where another one has written, nothing is. */
  write(record) {
    /* Where reading has failed, there is nothing to compare with. */
    if (!this.#known) return this.#put(record);
    return settle(this.#get(), (value) => {
      const found = toRecord(value);
      if (found === undefined || this.#known.includes(markOf(found))) return this.#put(record);
      throw typeof value === "string" ? new Conflict() : new TypeError("what it gives back is no text");
    });
  }

  #get() {
    return this.#store[this.#names[0]](this.#key);
  }

  #put(record) {
    this.#known ??= [];
    this.#learn(record);
    return this.#store[this.#names[1]](this.#key, record);
  }

  #learn(record) {
    if (this.#known.length === MOST_KNOWN) this.#known.shift();
    this.#known.push(markOf(record));
  }
}

/** What a store may still show of the past: some take a minute to agree with themselves. */
const MOST_KNOWN = 64;

/**
 * A record begins with a version and a check of all that follows. In pieces that engines copy: a longer one would keep
 * all of the record alive.
 */
function markOf(record) {
  return record.slice(0, 12) + record.slice(12, 20) + record.slice(20, 28);
}

/** Removes a bookmark. */
export async function clearBookmark(name, store = defaultStore().store) {
  checkStore(store);
  const [, , remove] = shapeOf(store);
  await store[remove](keyOf(name));
  await store[remove](keyOf(name + IDS));
}

function shapeOf(store) {
  return SHAPES.find((names) => names.every((name) => typeof store?.[name] === "function"));
}

/** Bookmarks share a store with whatever else is in it. */
function keyOf(name) {
  return `brookmark:${name}`;
}

/** Whatever is no text was not written by us; it must not pass for an empty store. */
function toRecord(value) {
  if (value === null || value === undefined) return undefined;
  return typeof value === "string" ? value : "";
}

function unavailable(why, cause) {
  return new BrookmarkError({
    code: "store-unavailable",
    culprit: "store",
    retryable: true,
    message: `localStorage cannot be used, so bookmarks last only as long as this page: ${why}`,
    cause,
  });
}
