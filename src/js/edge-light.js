/** The entry for Vercel's edge runtime, which compiles no bytes either. */
import module from "./brookmark.wasm?module";
import { bayeux as openBayeux } from "./bayeux.js";
import { provide } from "./load.js";
import { poll as openPoll } from "./poll.js";

export * from "./core.js";

provide("core", () => module);

export function poll(url, options, connector) {
  provide("poll", async () => (await import("./poll.wasm?module")).default);
  return openPoll(url, options, connector);
}

export function bayeux(url, options, connector) {
  provide("bayeux", async () => (await import("./bayeux.wasm?module")).default);
  return openBayeux(url, options, connector);
}
