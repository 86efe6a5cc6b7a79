// Stores of every shape that the package accepts, and of the shapes in which a store can fail.

/** The Web Storage shape; `answer` wraps what each call returns, such as in a promise. */
export function webStore(entries = new Map(), answer = (value) => value) {
  return {
    entries,
    getItem: (key) => answer(entries.get(key) ?? null),
    setItem: (key, value) => answer(void entries.set(key, String(value))),
    removeItem: (key) => answer(void entries.delete(key)),
  };
}

/** The shape of Workers KV and Durable Object storage. */
export function keyValueStore(entries = new Map(), answer = (value) => value) {
  return {
    entries,
    get: (key) => answer(entries.get(key)),
    put: (key, value) => answer(void entries.set(key, value)),
    delete: (key) => answer(entries.delete(key)),
  };
}

/** An answer that comes later. */
export const later = (value) => new Promise((resolve) => setTimeout(resolve, 2, value));

/** What a browser throws when its quota is used up. */
export const quotaError = () =>
  new DOMException("the quota has been exceeded", "QuotaExceededError");

/** A store that holds the same text under every key. */
export function storeHolding(text) {
  const store = webStore();
  const own = store.getItem;
  store.getItem = (key) => own(key) ?? text;
  return store;
}

/** The position in a stored record: whatever follows the fifth blank. */
export const positionIn = (record) => record.split(" ").slice(5).join(" ");
