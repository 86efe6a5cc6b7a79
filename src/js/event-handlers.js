/** Event handler attributes such as `onmessage` (HTML, 8.1.8.1), for one target. */

/** Whether the platform's `EventTarget` looks for handlers by itself, which is not known yet. */
let isLookedFor;

export class EventHandlers {
  #target;
  /** By event type: the handler, and the listener that calls it. */
  #handlers = new Map();

  constructor(target) {
    this.#target = target;
  }

  get(type) {
    return this.#handlers.get(type)?.value ?? null;
  }

  /**
   * A handler takes its place among the listeners when it is set, and keeps it while others replace
   * it. What is no object stands for none; an object that is no function is kept and never called.
   *
   * In workerd any target calls what is in `on…`, before its listeners; there it is left to do so.
   */
  set(type, value) {
    const known = this.#handlers.get(type);
    if (!isObject(value)) {
      if (known) this.#target.removeEventListener(type, known.listener);
      this.#handlers.delete(type);
    } else if (known) {
      known.value = value;
    } else {
      const handler = { value, listener: (event) => call(handler.value, this.#target, event) };
      this.#handlers.set(type, handler);
      isLookedFor ??= looksForHandlers();
      if (!isLookedFor) this.#target.addEventListener(type, handler.listener);
    }
  }
}

function call(handler, target, event) {
  if (typeof handler !== "function") return;
  if (handler.call(target, event) === false) event.preventDefault();
}

function looksForHandlers() {
  let isCalled = false;
  const target = Object.assign(new EventTarget(), { onmessage: () => (isCalled = true) });
  target.dispatchEvent(new Event("message"));
  return isCalled;
}

function isObject(value) {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
