/** The platform's decoders, over one linear memory. */

/* How the engine lays out text beyond ASCII: `Mixed` in `src/engine/sheet.rs`. */
const MIXED_WIDE = 0;
const MIXED_UTF8 = 1;
export const MIXED_ALONE = 2;

/* Node's own slices skip a call into a decoder object. */
const hasSlices = typeof globalThis.Buffer?.prototype?.ucs2Slice === "function";

/*
 * V8 has vector code for UTF-8 since about the time that it has this function. Before, it went character
 * by character, and the engine is faster. (Measuring it here was tried: too much depends on the moment.)
 */
const isUtf8Slow = hasSlices && typeof Promise.withResolvers !== "function";

/** The way for text beyond ASCII that is the faster one here. */
export const MIXED = isUtf8Slow ? MIXED_WIDE : MIXED_UTF8;

/** Decoders that take the addresses of the first byte and of the one behind the last. */
export function coders(buffer) {
  const words = new Uint32Array(buffer);
  if (hasSlices) {
    const bytes = globalThis.Buffer.from(buffer);
    return {
      buffer,
      words,
      ascii: (start, end) => bytes.latin1Slice(start, end),
      utf8: (start, end) => bytes.utf8Slice(start, end),
      wide: (start, end) => bytes.ucs2Slice(start, end),
    };
  }
  /* A byte order mark in the middle of a stream is text; the one at its start is gone already. */
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const bytes = new Uint8Array(buffer);
  const utf8 = (start, end) => decoder.decode(bytes.subarray(start, end));
  return { buffer, words, ascii: utf8, utf8, wide: null };
}
