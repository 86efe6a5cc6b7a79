/** What a page or a worker goes through: online, visible, put away, back. */

/**
 * Listens where there is something to hear: in pages, and in workers that know whether they are
 * online.
 * @param on `{ wake, freeze, thaw }`
 * @returns a function that stops listening
 */
export function listenToPage(on) {
  const { document, navigator } = globalThis;
  const listening = [];
  const listen = (target, type, listener) => {
    target.addEventListener(type, listener);
    listening.push(() => target.removeEventListener(type, listener));
  };
  if (typeof navigator?.onLine === "boolean" && typeof globalThis.addEventListener === "function") {
    listen(globalThis, "online", on.wake);
    if (document) {
      listen(document, "visibilitychange", () => document.visibilityState === "visible" && on.wake());
      listen(globalThis, "pagehide", on.freeze);
      listen(globalThis, "pageshow", on.thaw);
    }
  }
  return () => listening.forEach((stop) => stop());
}
