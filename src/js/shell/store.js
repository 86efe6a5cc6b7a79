/** Stores: the default one, one in memory, and clearing a bookmark. */
import { BrookmarkError, misuse, wordsOf } from "../errors.js";
import { isThenable } from "../thenable.js";

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

/** The record under a bookmark's name; undefined where there is none. Or a promise of it. */
export function readRecord(store, name) {
  const [get] = shapeOf(store);
  const answer = store[get](keyOf(name));
  return isThenable(answer) ? Promise.resolve(answer).then(toRecord) : toRecord(answer);
}

/** Anything, or a promise of it. */
export function writeRecord(store, name, record) {
  const [, set] = shapeOf(store);
  return store[set](keyOf(name), record);
}

/** Removes a bookmark. */
export async function clearBookmark(name, store = defaultStore().store) {
  checkStore(store);
  const [, , remove] = shapeOf(store);
  await store[remove](keyOf(name));
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
