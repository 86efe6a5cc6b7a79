/** Streaming JSON, for the API and for connectors. */
import { jsonOptions } from "./options.js";
import { Stream } from "./stream.js";

/**
 * @param parts what only connectors say: `part`, a JSON Pointer to the part of the source that a record
 *   belongs to, where each part has a position of its own; `ascending`, whether ids are decimals that grow
 *   within their part, so that what is not greater is a repeat
 */
export function openJsonStream(url, options, parts = {}) {
  const engineOptions = { ...jsonOptions(url, options), ...parts };
  return new Stream(engineOptions, { ...options, decode: options.decode === undefined ? "json" : options.decode });
}
