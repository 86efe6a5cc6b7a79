/** Bayeux messages as they arrive. */
import { Refused } from "./http.js";

/* Behind this mark stands an integer that a double may not hold. No client sends it. */
const LONG = "\0";
const LONG_INTEGERS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

const MALFORMED = { status: 400, type: "text/html;charset=UTF-8", body: "Bad Request" };

/** The messages of a body: an array, or one alone. */
export function messagesOf(text) {
  let value;
  try {
    value = JSON.parse(text.replace(LONG_INTEGERS, (token) => (token.startsWith('"') ? token : `"\\u0000${token}"`)));
  } catch {
    throw new Refused(MALFORMED);
  }
  const messages = [value].flat();
  if (messages.length === 0 || !messages.every((message) => typeof message?.channel === "string")) throw new Refused(MALFORMED);
  return messages;
}

/** What a message is, in words. */
export function kindOf({ channel }) {
  const [, name] = /^\/meta\/(handshake|connect|subscribe|unsubscribe|disconnect)$/.exec(channel) ?? [];
  return name ?? (channel.startsWith("/meta/") ? "unknown" : "publish");
}

/** A replay id, or undefined where it is none. */
export function replayIdOf(value) {
  if (Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === "string" && value.startsWith(LONG) ? BigInt(value.slice(1)) : undefined;
}

/** A value as the error about replay ids tells it. */
export const shownId = (value) => String(value).replace(LONG, "");

/** A map as the error about replay ids tells it. */
export const shownMap = (map) => `{${Object.entries(map).map(([name, id]) => `${name}=${shownId(id)}`).join(", ")}}`;
