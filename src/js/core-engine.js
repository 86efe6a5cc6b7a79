/**
 * The core's engine, as text, and what needs it. Whoever takes one of these has the engine, and a bundler leaves it out where
 * nobody does: to bundlers, no file of this package has effects of its own.
 */
import { payload } from "core:payload";
import * as core from "./core.js";
import { provide } from "./load.js";

export const openCore = () => payload;

provide("core", openCore);

/* Names of its own: what is merely passed on, a bundler takes from where it comes from. */
export const EventSource = core.EventSource;
export const JsonDecoderStream = core.JsonDecoderStream;
export const SseDecoderStream = core.SseDecoderStream;
export const createJsonParser = core.createJsonParser;
export const createSseParser = core.createSseParser;
export const init = core.init;
export const jsonStream = core.jsonStream;
export const sse = core.sse;
