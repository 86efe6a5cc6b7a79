/** Streaming JSON, for the API and for connectors. */
import { jsonOptions } from "./options.js";
import { Stream } from "./stream.js";

/** @param parts as in `jsonOptions` */
export function openJsonStream(url, options, parts) {
  const { decode = "json" } = options ?? {};
  return new Stream(jsonOptions(url, options, parts), { ...options, decode });
}
