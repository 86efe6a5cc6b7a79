/** The public surface. `index.d.ts` describes it. */
import { BayeuxClient } from "./bayeux.js";
import { openJsonStream } from "./json-stream.js";
import { loaded, version } from "./load.js";
import { sseOptions } from "./options.js";
import { pollOptions } from "./poll-options.js";
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

/**
 * Polls a source.
 * @param connector as with `sse`
 */
export function poll(url, options = {}, connector = {}) {
  const { decode = "json", numbers } = options;
  const parsesRuns = decode === "json" && numbers === undefined;
  const own = { ...pollOptions(url, options), parsesRuns, ...connector };
  /* Other ways to ask the same source, each told by what is different. */
  own.transports = connector.transports?.map((way) => ({ ...own, transports: undefined, ...way }));
  return new Stream(own, { ...options, decode });
}

/**
 * Talks to a Bayeux server: CometD, faye, Salesforce Streaming.
 * @param connector as with `sse`; `locate` gives the address where that is learnt later
 */
export function bayeux(url, options = {}, connector = {}) {
  return new BayeuxClient(url, options, connector);
}

/** Which build is at work. */
export function runtimeInfo() {
  return { version, engine: loaded()?.kind ?? null };
}
