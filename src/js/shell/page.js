/** What a page or a worker goes through: online, visible, put away, back. */

/**
 * Listens where there is something to hear: in pages, and in workers that know whether they are
 * online.
 * @param on `{ wake, freeze, thaw }`
 * @param pauseWhenHidden whether a hidden page counts as one that is put away
 * @returns a function that stops listening
 */
export function listenToPage(on, pauseWhenHidden) {
  const { document, navigator } = globalThis;
  const listening = [];
  const listen = (target, type, listener) => {
    target.addEventListener(type, listener);
    listening.push(() => target.removeEventListener(type, listener));
  };
  if (typeof navigator?.onLine === "boolean" && typeof globalThis.addEventListener === "function") {
    listen(globalThis, "online", on.wake);
    if (document) {
      let isPutAway = false;
      let wasAway = false;
      const look = () => {
        const isAway = isPutAway || (pauseWhenHidden && document.visibilityState === "hidden");
        if (isAway !== wasAway) (isAway ? on.freeze : on.thaw)();
        wasAway = isAway;
      };
      const put = (isAway) => () => {
        isPutAway = isAway;
        look();
      };
      listen(document, "visibilitychange", () => {
        look();
        if (document.visibilityState === "visible") on.wake();
      });
      listen(globalThis, "pagehide", put(true));
      listen(globalThis, "pageshow", put(false));
      look();
    }
  }
  return () => listening.forEach((stop) => stop());
}
