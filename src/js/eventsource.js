/**
 * `EventSource` as the standard has it (HTML, 9.2), over the same engine. What is beyond the standard
 * is in what the constructor takes; a place is kept only where a bookmark is named.
 */
import { callSafely, engineError } from "./errors.js";
import { EventHandlers } from "./event-handlers.js";
import { addressPlan, Plan, streamPlan } from "./eventsource-plan.js";
import { load } from "./load.js";
import { messageEvent } from "./message-event.js";
import { Host } from "./shell/host.js";
import { Lease } from "./shell/lease.js";

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** Until the server names another; the engine has the same. */
const RECONNECTION_TIME = 3_000;

/** Whoever is not closed lives, also where nobody holds it: its listeners wait for events (9.2.9). */
const living = new Set();

export class EventSource extends EventTarget {
  #plan;
  #readyState = CONNECTING;
  #host = null;
  #lease = new Lease();
  #handlers = new EventHandlers(this);
  #lastEventId = "";
  #origin = "";
  /** Numbers of the first event of the table that is handed out, and of the event that is. */
  #handing = null;
  /** What the engine had to say of it before it was gone. */
  #reconnectionTime = RECONNECTION_TIME;

  constructor(url, init = {}) {
    if (arguments.length === 0) throw new TypeError("EventSource needs a URL");
    super();
    this.#plan = url instanceof Plan ? url : addressPlan(url, init);
    living.add(this);
    this.#begin();
  }

  /**
   * Events from bytes that the application fetches itself (as whatwg/html pull request 12272 proposes).
   * The end of the stream is the end of it.
   */
  static fromReadableStream(stream) {
    return new EventSource(streamPlan(stream));
  }

  get url() {
    return this.#plan.url;
  }

  get withCredentials() {
    return this.#plan.withCredentials;
  }

  get readyState() {
    return this.#readyState;
  }

  get lastEventId() {
    return this.#lastEventId;
  }

  get reconnectionTime() {
    return this.#host?.reconnectionTime() ?? this.#reconnectionTime;
  }

  get onopen() {
    return this.#handlers.get("open");
  }

  set onopen(handler) {
    this.#handlers.set("open", handler);
  }

  get onmessage() {
    return this.#handlers.get("message");
  }

  set onmessage(handler) {
    this.#handlers.set("message", handler);
  }

  get onerror() {
    return this.#handlers.get("error");
  }

  set onerror(handler) {
    this.#handlers.set("error", handler);
  }

  close() {
    if (this.#readyState === CLOSED) return;
    this.#leave();
    /* A listener that closes has handled its event. */
    this.#handed();
    if (this.#host) this.#host.end();
    else this.#lease.end();
    /* The host may not have come to take it. */
    this.#plan.release();
  }

  /** What is unfinished in the stream is void: other bytes follow, from their beginning. */
  reset() {
    if (!this.#plan.isStream) {
      throw new DOMException("only a stream of one's own can begin anew", "InvalidStateError");
    }
    this.#host?.call((handle) => handle.discard());
  }

  async #begin() {
    try {
      /* So that listeners can be added first. */
      const engine = await (this.#plan.options ? load() : null);
      if (this.#readyState === CLOSED) return;
      if (!engine) {
        this.#fail();
        return;
      }
      const { bookmark, store } = this.#plan.options;
      await this.#lease.take(bookmark, store, () => {});
      if (this.#readyState === CLOSED) return;
      this.#host = new Host(engine, this.#plan.options, this.#listener());
      this.#host.begin();
      this.#host.call((handle) => handle.start());
    } catch (thrown) {
      this.#broken(thrown);
    }
  }

  /** What the host tells. */
  #listener() {
    return {
      deliver: (events, first) => this.#deliver(events, first),
      /* There is nobody to ask: as without a bookmark. */
      gap: () => "latest",
      enter: (state) => this.#enter(state),
      retry: ignore,
      commit: ignore,
      error: ignore,
      ended: () => {
        this.#lease.end();
        this.#fail();
        this.#reconnectionTime = this.#host.reconnectionTime();
        this.#host = null;
      },
      broken: (thrown) => this.#broken(thrown),
    };
  }

  #enter(state) {
    if (this.#readyState === CLOSED) return;
    if (state === "open") {
      this.#readyState = OPEN;
      this.#origin = originOf(this.#host.responseUrl);
      this.#tell(new Event("open"));
    } else if (state === "waiting" || (state === "suspended" && this.#readyState === OPEN)) {
      this.#readyState = CONNECTING;
      this.#tell(new Event("error"));
    }
  }

  #deliver(events, first) {
    this.#handing = { first, next: first };
    for (const { type, data, id } of events) {
      if (this.#readyState === CLOSED) return;
      this.#handing.next++;
      this.#lastEventId = id;
      this.#tell(messageEvent(type, { data, lastEventId: id, origin: this.#origin }));
    }
    if (this.#readyState === CLOSED) return;
    /* The last id may have come without an event. */
    this.#lastEventId = this.#host.lastEventId;
    this.#handed();
  }

  /** Tells the engine which events their listeners are through with. */
  #handed() {
    if (!this.#handing) return;
    const { first, next } = this.#handing;
    this.#handing = null;
    if (next > first) this.#host.call((handle) => handle.handled(first, next - 1));
  }

  /** The end, unless the application has made it. */
  #fail() {
    if (this.#readyState === CLOSED) return;
    this.#leave();
    this.#tell(new Event("error"));
  }

  /** In workerd, what a listener throws comes out of `dispatchEvent`. */
  #tell(event) {
    callSafely(() => this.dispatchEvent(event));
  }

  #leave() {
    this.#readyState = CLOSED;
    living.delete(this);
  }

  #broken(thrown) {
    this.#host = null;
    this.#lease.end();
    this.#plan.release();
    /* An `error` event says nothing of its cause, and this one is not the server's. */
    callSafely(() => {
      throw engineError(thrown);
    });
    this.#fail();
  }
}

/* As Web IDL has it: constants on both, everything enumerable, a name that no minifier changes. */
const constants = Object.fromEntries(
  Object.entries({ CONNECTING, OPEN, CLOSED }).map(([name, value]) => [name, { value, enumerable: true }]),
);
Object.defineProperties(EventSource, {
  ...constants,
  name: { value: "EventSource" },
  fromReadableStream: { enumerable: true },
});
Object.defineProperties(EventSource.prototype, {
  ...constants,
  ...Object.fromEntries(
    Object.getOwnPropertyNames(EventSource.prototype)
      .filter((name) => name !== "constructor")
      .map((name) => [name, { enumerable: true }]),
  ),
  [Symbol.toStringTag]: { value: "EventSource", configurable: true },
});

/** A fetch of the application's own may have given anything as its URL. */
function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return "null";
  }
}

function ignore() {}
