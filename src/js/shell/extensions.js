/** What the application's extensions make of Bayeux messages on their way. */
import { writeExact } from "../exact.js";
import { sizeOf, write } from "./post.js";

/** One of them has thrown its `cause`. */
export class ExtensionFailed extends Error {
  constructor(cause) {
    super("", { cause });
  }
}

/**
 * @param all the extensions, in the order in which they were added
 * @param body what is to be sent
 * @param cut says where the messages of a body lie: two offsets each
 */
export async function outgoing(all, body, cut) {
  const extensions = all.filter(({ outgoing }) => outgoing);
  if (extensions.length === 0) return body;
  const texts = await through(extensions, "outgoing", body, cut);
  if (texts?.length === 0) throw new ExtensionFailed(new Error("all that was to be sent was held back"));
  return texts ? arrayOf(texts) : body;
}

/** As `outgoing`, for the pieces of a body that has come. The extension that was added last comes first. */
export async function incoming(all, pieces, cut) {
  const extensions = all.filter(({ incoming }) => incoming).reverse();
  if (extensions.length === 0) return pieces;
  const texts = await through(extensions, "incoming", write(pieces, new Uint8Array(sizeOf(pieces))), cut);
  return texts ? [arrayOf(texts)] : pieces;
}

/** @returns the messages of a body, as texts, after they have passed the extensions; null where there are none in it */
async function through(extensions, way, body, cut) {
  const spans = cut(body);
  if (spans.length === 0) return null;
  const texts = [];
  for (let index = 0; index < spans.length; index += 2) {
    const text = new TextDecoder().decode(body.subarray(spans[index], spans[index + 1]));
    const passed = await passedBy(extensions, way, text);
    if (passed !== null) texts.push(passed);
  }
  return texts;
}

/**
 * An extension gives another message, null to hold it back, or nothing where it keeps or changes this one. What none has changed
 * stays as it was written, and numbers stay so digit for digit.
 * @returns the text of what is sent or heard, or null
 */
async function passedBy(extensions, way, text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    /* It is none, and the engine says so to whoever would hear it. */
    return text;
  }
  const before = JSON.stringify(message);
  try {
    for (const extension of extensions) {
      const said = await extension[way](message);
      if (said === null) return null;
      message = said ?? message;
    }
    return JSON.stringify(message) === before ? text : writeExact(message, text);
  } catch (thrown) {
    throw new ExtensionFailed(thrown);
  }
}

function arrayOf(texts) {
  return new TextEncoder().encode(`[${texts.join(",")}]`);
}
