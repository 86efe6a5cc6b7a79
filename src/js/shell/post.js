/** One request of a Bayeux client, by fetch: the body goes out whole, and comes back whole. */
import { cancel } from "./cancel.js";
import { bytesOf } from "./connection.js";

/** A larger answer is more often a fault than events. */
const MOST = 64 * 1024 * 1024;

/** Pages let requests outlive them that have 64 KiB together, and refuse others. */
const KEPT_ALIVE = 48 * 1024;

/**
 * @param body bytes
 * @param headers pairs
 * @param isLast whether it is to outlive the page
 * @returns status, headers as lines, and the pieces of the body
 */
export async function post({ url, fetch, init, jar }, { body, headers, signal, isLast }) {
  const sent = new Headers();
  for (const [name, value] of headers) set(sent, name, value);
  if (!sent.has("content-type")) sent.set("content-type", "application/json");
  const cookies = jar?.get(url);
  if (cookies && !sent.has("cookie")) sent.set("cookie", cookies);
  const more = isLast && globalThis.document && body.length < KEPT_ALIVE ? { keepalive: true } : undefined;
  const response = await fetch(url, { ...init, ...more, method: "POST", headers: sent, body, signal });
  jar?.take(response.headers, response.url || url);
  const lines = [...response.headers]
    .filter(([name]) => name.toLowerCase() !== "set-cookie")
    .map(([name, value]) => `${name.toLowerCase()}:${value}\n`);
  return { status: response.status, headers: lines.join(""), pieces: await piecesOf(response.body) };
}

/** Writes pieces one behind the other. */
export function write(pieces, bytes) {
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** How many bytes they have together. */
export const sizeOf = (pieces) => pieces.reduce((size, { length }) => size + length, 0);

async function piecesOf(body) {
  if (!body) return [];
  const reader = body.getReader();
  const pieces = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return pieces;
    const piece = bytesOf(value);
    pieces.push(piece);
    size += piece.length;
    if (size > MOST) {
      cancel(reader);
      throw new TypeError(`the response is larger than ${MOST} bytes`);
    }
  }
}

/** The platform's own error would quote the value, which may be a secret. */
function set(headers, name, value) {
  try {
    headers.append(name, value);
  } catch {
    throw new TypeError(`the header ${JSON.stringify(name)} or its value has characters that cannot be sent`);
  }
}
