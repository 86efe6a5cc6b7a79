/**
 * The platform's own EventSource in the place of fetch. One object is one attempt; what it hears is
 * written as an event stream again, so that the engine decides all the rest as ever.
 */
import { misuse } from "../errors.js";

/** What an EventSource cannot be told. */
const FOREIGN = ["method", "body", "headers", "auth", "fetch", "onComment"];

/** It cannot be told to wait; beyond so many characters that nobody has read, it is given up. */
const MOST = 1024 * 1024;

/** Whether the option `transport` leads to an EventSource. */
export function isNative(transport) {
  if (transport !== "auto") return transport === "native";
  const canStream = typeof Response === "function" && "body" in Response.prototype;
  return !canStream && typeof globalThis.EventSource === "function";
}

/** Checks the options of a stream over an EventSource. */
export function checkNative(options) {
  if (typeof globalThis.EventSource !== "function") {
    throw misuse("bad-option", 'transport is "native", and this runtime has no EventSource');
  }
  const foreign = FOREIGN.filter((name) => options[name] !== undefined);
  if (typeof options.position === "object") foreign.push("position: { header }");
  if (foreign.length > 0) throw misuse("bad-option", `a native EventSource takes no ${foreign.join(", ")}`);
  if (options.credentials === "omit") throw misuse("bad-option", "a native EventSource cannot omit credentials");
  const { query, ...others } = Object(options.lastEventId);
  if (Object.keys(others).length > 0) {
    throw misuse("bad-option", "a native EventSource can carry the position only in lastEventId: { query }");
  }
  const mustAsk = options.bookmark !== undefined || (options.start !== undefined && options.start !== "latest");
  if (mustAsk && query === undefined) {
    throw misuse("bad-option", "a native EventSource cannot be told where to begin without lastEventId: { query }");
  }
}

export class NativeConnection {
  #options;
  #source = null;
  #pieces = [];
  #size = 0;
  /** The id that the last piece left in force. */
  #id = "";
  /** Why no more comes. */
  #failure = null;
  /** Who waits for the answer to begin, and who for the next piece. */
  #refuse = () => {};
  #wake = () => {};

  constructor(options) {
    this.#options = options;
  }

  headers() {}

  open(method, url) {
    const { events = [], init } = this.#options;
    const source = new globalThis.EventSource(url, { withCredentials: init.credentials === "include" });
    this.#source = source;
    /* Also where the application does not want it: it may be the end, or say where the source stands. */
    const types = new Set(["message", ...events]);
    for (const type of types) source.addEventListener(type, (event) => this.#hear(event));
    source.addEventListener("error", (event) => {
      /* An event of the source may have that name. */
      if (!isMessage(event)) this.#end(new TypeError("the EventSource was cut off or refused, and does not say why"));
    });
    return new Promise((resolve, reject) => {
      source.addEventListener("open", () => resolve({ status: 200, headers: "content-type:text/event-stream\n" }));
      this.#refuse = reject;
    });
  }

  /** @returns the next piece; there is no end but a failure */
  async read() {
    while (this.#pieces.length === 0) {
      if (this.#failure) throw this.#failure;
      await new Promise((resolve) => (this.#wake = resolve));
    }
    const text = this.#pieces.join("");
    this.#pieces = [];
    this.#size = 0;
    return new TextEncoder().encode(text);
  }

  abort() {
    this.#pieces = [];
    this.#end(new TypeError("given up"));
  }

  #hear(event) {
    if (!isMessage(event) || this.#failure) return;
    const { type, data, lastEventId } = event;
    let piece = lastEventId === this.#id ? "" : `id: ${lastEventId}\n`;
    this.#id = lastEventId;
    if (type !== "message") piece += `event: ${type}\n`;
    for (const line of data.split("\n")) piece += `data: ${line}\n`;
    this.#pieces.push(`${piece}\n`);
    this.#size += piece.length;
    if (this.#size > MOST) this.#end(new TypeError("more came than was read, and an EventSource cannot wait"));
    this.#wake();
  }

  #end(failure) {
    this.#source?.close();
    this.#failure ??= failure;
    this.#refuse(this.#failure);
    this.#wake();
  }
}

function isMessage(event) {
  return typeof event.data === "string";
}
