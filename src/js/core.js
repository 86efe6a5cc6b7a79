/** What every page has: all of the public surface but `poll` and `bayeux`. */
import { openJsonStream } from "./json-stream.js";
import { loadedKind, version } from "./load.js";
import { sseOptions } from "./options.js";
import { Stream } from "./stream.js";

export { JsonDecoderStream, SseDecoderStream } from "./decoder-streams.js";
export { BrookmarkError } from "./errors.js";
export { EventSource } from "./eventsource.js";
export { init } from "./load.js";
export { createJsonParser, createSseParser } from "./parser.js";
export { clearBookmark, memoryStore } from "./shell/store.js";

/**
 * Consumes Server-Sent Events.
 * @param connector engine options that only connectors set; no part of the public types
 */
export function sse(url, options = {}, connector = {}) {
  return new Stream({ ...sseOptions(url, options), ...connector }, options);
}

/**
 * Consumes streaming JSON.
 * @param connector as with `sse`
 */
export function jsonStream(url, options = {}, connector = {}) {
  return openJsonStream(url, options, connector);
}

/** Which build is at work. */
export function runtimeInfo() {
  return { version, engine: loadedKind() };
}
