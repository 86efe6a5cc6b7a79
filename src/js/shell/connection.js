/** One request by fetch, and the body of its response, read a piece at a time. */
import { requestHeaders } from "../options.js";
import { withTexts } from "../place.js";
import { settle } from "../thenable.js";
import { cancel } from "./cancel.js";

export class Connection {
  #options;
  #own;
  #preflight;
  #controller = new AbortController();
  #reader = null;

  /**
   * @param options what `sseOptions` made
   * @param preflight what this stream knows of its preflights
   */
  constructor(options, preflight) {
    this.#options = options;
    this.#own = options.own;
    this.#preflight = preflight;
  }

  /**
   * The headers to send: what the application wants, then what the protocol needs. The position is
   * the protocol's alone; what is accepted, the application may say better.
   * @returns them, or a promise where the application gives one
   */
  headers(lines, info) {
    return settle(requestHeaders(this.#own, info), (own) => this.#headers(own, lines));
  }

  #headers(own, lines) {
    const headers = new Headers();
    for (const [name, value] of own) set(headers, name, value);
    for (const [name, value] of fromLines(lines)) {
      if (name !== "accept" || !headers.has(name)) set(headers, name, this.#encode(value));
    }
    const isUnnamed = this.#options.jsonBody !== undefined && !headers.has("content-type");
    if (isUnnamed) headers.set("content-type", "application/json");
    /* Fetch says this for the cache mode, but not in every runtime; in a page, to say it is to ask for leave. */
    if (!globalThis.location && !headers.has("cache-control")) set(headers, "cache-control", "no-cache");
    return headers;
  }

  /**
   * @param texts what is to be written into the body, if anything, as JSON
   * @returns the response's status, its headers as lines, and where it has come from
   */
  async open(method, url, headers, texts) {
    const { fetch, init, jsonBody, bodyPlaces } = this.#options;
    const own = texts === undefined ? init : { ...init, body: withTexts(jsonBody, bodyPlaces, JSON.parse(texts)) };
    const { signal } = this.#controller;
    const send = (headers, signal) => fetch(url, { ...own, method, headers, signal });
    const response = await this.#preflight.send(send, { method, url, headers, signal });
    /* First of all: where Bun makes up the type of a data: URL, it is gone once the body is taken. */
    const lines = [...response.headers].map(([name, value]) => `${name.toLowerCase()}:${value}\n`);
    /* Given up while a fetch that does not listen to its signal was still at it. */
    if (this.#controller.signal.aborted) cancel(response.body);
    else this.#reader = response.body === undefined ? UNREADABLE : (response.body?.getReader() ?? null);
    return { status: response.status, headers: lines.join(""), url: response.url };
  }

  /** @returns the next piece, or null at the end; an answer without a body is at its end */
  async read() {
    if (!this.#reader) return null;
    const { done, value } = await this.#reader.read();
    return done ? null : bytesOf(value);
  }

  /** An aborted fetch cancels its body; the reader is for a fetch that does not listen to its signal. */
  abort() {
    this.#controller.abort();
    cancel(this.#reader);
    this.#reader = null;
  }

  /** Fetch takes a header's value as bytes, one a character; where it takes text, it encodes it itself. */
  #encode(text) {
    if (!this.#options.byteHeaders || ASCII.test(text)) return text;
    return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  }
}

/** A piece of a body, which a fetch of the application's own may have made. */
export function bytesOf(piece) {
  if (!ArrayBuffer.isView(piece)) throw new TypeError("the body holds something that is no bytes");
  return piece instanceof Uint8Array ? piece : new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
}

/** Where a fetch gives no bodies: to take that for an end would be to come back for ever without a word. */
const UNREADABLE = {
  async read() {
    throw new TypeError("this fetch gives no body that can be read in pieces");
  },
};

const ASCII = /^[\0-\x7f]*$/;

/** Headers as lines, the way in which the engine gives and takes them. */
export function* fromLines(lines) {
  for (const line of lines.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) yield [line.slice(0, colon), line.slice(colon + 1)];
  }
}

/** The platform's own error would quote the value, which may be a secret. */
function set(headers, name, value) {
  try {
    headers.set(name, value);
  } catch {
    throw new TypeError(`the header ${JSON.stringify(name)} or its value has characters that cannot be sent`);
  }
}
