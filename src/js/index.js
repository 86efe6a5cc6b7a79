/**
 * The entry for pages, workers, Node, Deno and Bun: carries the core's wasm inside, and loads that of the others when it is
 * needed. Each is named by what uses it alone, so that a bundler leaves out what an application has no use for.
 */
import { bayeux as openBayeux } from "./bayeux.js";
import { openCore } from "./core-engine.js";
import { provide } from "./load.js";
import { poll as openPoll } from "./poll.js";

export { BrookmarkError, clearBookmark, memoryStore, runtimeInfo } from "./core.js";
export {
  EventSource,
  JsonDecoderStream,
  SseDecoderStream,
  createJsonParser,
  createSseParser,
  init,
  jsonStream,
  sse,
} from "./core-engine.js";

export function poll(url, options, connector) {
  provide("poll", async () => (await import("./poll-engine.js")).payload);
  return openPoll(url, options, connector);
}

export function bayeux(url, options, connector) {
  /* Its channels are read by the core. */
  provide("core", openCore);
  provide("bayeux", async () => (await import("./bayeux-engine.js")).payload);
  return openBayeux(url, options, connector);
}
