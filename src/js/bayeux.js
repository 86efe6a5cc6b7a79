/**
 * A Bayeux client, as the application sees it. Each channel that it hears is a `Stream` like that of every
 * other source; what they share, the session with the server, is here.
 */
import { makeGlue } from "bayeux:glue";
import { bayeuxOptions, channelOptions } from "./bayeux-options.js";
import { callSafely, engineError, misuse } from "./errors.js";
import { Later } from "./later.js";
import { load } from "./load.js";
import { optional, number } from "./options.js";
import { BayeuxHost, statsOf } from "./shell/bayeux-host.js";
import { Subscription } from "./shell/subscription.js";
import { Stream, StreamNotice } from "./stream.js";

/** How long the answer to a call may take. */
const CALL_TIMEOUT = 30_000;

/**
 * Talks to a Bayeux server: CometD, faye, Salesforce Streaming.
 * @param connector as with `sse`; `locate` gives the address where that is learnt later
 */
export function bayeux(url, options = {}, connector = {}) {
  return new BayeuxClient(url, options, connector);
}

class BayeuxClient extends EventTarget {
  #options;
  #callbacks;
  #host = null;
  #ready = new Later();
  #closed = new Later();
  #state = "idle";
  #isHeard;
  #isClosing = false;
  /** The streams, with their channels, until they are closed. */
  #streams = new Map();
  /** What is to be shown: a pattern and a listener each. */
  #listeners = new Set();
  #extensions = [];

  constructor(url, options, connector) {
    super();
    this.#options = { ...bayeuxOptions(url, options), ...connector };
    this.#callbacks = options;
    this.#isHeard = Boolean(options.onError || options.onClose);
    if (optional("timestamp", options.timestamp, "boolean")) {
      this.addExtension({ outgoing: (message) => ({ ...message, timestamp: new Date().toUTCString() }) });
    }
    this.#begin();
  }

  get state() {
    return this.#state;
  }

  get closed() {
    this.#isHeard = true;
    return this.#closed.promise;
  }

  /** The server's clock, beside ours. */
  get clock() {
    return this.#host?.clock() ?? null;
  }

  stats() {
    return this.#host?.stats() ?? statsOf([]);
  }

  subscribe(channel, options = {}) {
    const { isPlaced, ...engineOptions } = channelOptions(this.#options, channel, options);
    if (this.#isClosing) throw closed();
    this.#checkPlace(channel, isPlaced);
    const calls = {
      ready: this.#ready.promise,
      subscribe: (...what) => this.#host.subscribe(...what),
      unsubscribe: (id) => this.#host.unsubscribe(id),
      read: (id) => this.#host.read(id),
    };
    const connect = (warn) => new Subscription(calls, channel, isPlaced, warn);
    const { decode = "json", numbers } = options;
    const parsesRuns = decode === "json" && numbers === undefined;
    /* Where the client has no engine, its streams end with it. */
    const openEngine = async () => (await Promise.all([load(), this.#ready.promise]))[0];
    const stream = new Stream({ ...engineOptions, parsesRuns, connect, openEngine }, { ...options, decode });
    this.#streams.set(stream, { channel, isPlaced });
    return stream;
  }

  async publish(channel, data) {
    const text = toJson(channel, data);
    const send = (host) => host.publish(channel, text);
    return JSON.parse(await (this.#host ? send(this.#open()) : this.#later(send)));
  }

  async call(target, data, { timeout = CALL_TIMEOUT } = {}) {
    number("timeout", timeout, 1);
    const channel = String(target).startsWith("/") ? target : `/service/${target}`;
    const text = toJson(channel, data);
    const send = (host) => host.publish(channel, text, timeout);
    return JSON.parse(await (this.#host ? send(this.#open()) : this.#later(send))).data;
  }

  batch(body) {
    optional("batch", body, "function");
    this.#host?.call((handle) => handle.beginBatch());
    try {
      return body();
    } finally {
      this.#host?.call((handle) => handle.endBatch());
    }
  }

  on(pattern, listener) {
    if (typeof listener !== "function") throw misuse("bad-option", "the listener is no function");
    const one = { pattern, hears: matcher(pattern), listener };
    this.#listeners.add(one);
    this.#listen();
    return () => {
      this.#listeners.delete(one);
      this.#listen();
    };
  }

  addExtension(extension) {
    const { incoming, outgoing } = Object(extension);
    optional("incoming", incoming, "function");
    optional("outgoing", outgoing, "function");
    this.#extensions.push(extension);
    return () => {
      this.#extensions = this.#extensions.filter((one) => one !== extension);
    };
  }

  async close() {
    if (!this.#isClosing) {
      this.#isClosing = true;
      /* The farewell says it for all channels. */
      this.#host?.call((handle) => handle.beginBatch());
      await Promise.all([...this.#streams.keys()].map((stream) => stream.close()));
      if (this.#host) this.#host.call((handle) => handle.close());
      else this.#ended(null);
    }
    await this.#closed.promise.catch(() => {});
  }

  addEventListener(type, listener, options) {
    if (type === "error" || type === "close") this.#isHeard = true;
    super.addEventListener(type, listener, options);
  }

  /** A place is kept by one stream: what another asks for again would come to both. */
  #checkPlace(channel, isPlaced) {
    for (const [stream, other] of this.#streams) {
      if (stream.state === "closed") this.#streams.delete(stream);
      else if (other.channel === channel && (isPlaced || other.isPlaced)) {
        throw misuse("channel-taken", "a stream of this client keeps a place in this channel; another one needs a client of its own");
      }
    }
  }

  async #begin() {
    try {
      /* So that listeners can be added first. */
      await null;
      const engine = await load("bayeux", { makeGlue, openFallback });
      if (this.#state === "closed") return;
      this.#host = new BayeuxHost(engine, this.#options, this.#listener());
      this.#listen();
      this.#host.begin();
      this.#ready.resolve();
    } catch (thrown) {
      this.#broken(thrown);
    }
  }

  /** What is published now goes along with what is published beside it, so nothing is waited for. */
  #open() {
    if (this.#isClosing || !this.#host) throw closed();
    return this.#host;
  }

  async #later(send) {
    await this.#ready.promise;
    return send(this.#open());
  }

  #listener() {
    const { onRetry } = this.#callbacks;
    const client = this;
    return {
      get extensions() {
        return client.#extensions;
      },
      enter: (state) => this.#enter(state),
      retry: (retry) => this.#tell("retry", retry, onRetry),
      error: (error) => this.#tell("error", error, this.#callbacks.onError),
      ended: (error) => this.#ended(error),
      broken: (thrown) => this.#broken(thrown),
      show: (message) => {
        for (const { hears, listener } of [...this.#listeners]) {
          if (hears(message.channel)) callSafely(listener, message);
        }
      },
    };
  }

  /** The engine shows no more than somebody listens to. */
  #listen() {
    const patterns = [...this.#listeners].map(({ pattern }) => pattern);
    const isMeta = (pattern) => pattern.startsWith("/meta/");
    const level = patterns.length === 0 ? 0 : patterns.every(isMeta) ? 1 : 2;
    this.#host?.call((handle) => handle.listen(level));
  }

  #enter(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell("state", state, this.#callbacks.onState);
  }

  #tell(type, detail, callback) {
    if (callback) callSafely(callback, detail, this);
    callSafely(() => this.dispatchEvent(new StreamNotice(type, detail)));
  }

  #ended(error) {
    this.#isClosing = true;
    this.#enter("closed");
    this.#tell("close", error, this.#callbacks.onClose);
    /* Streams ask once more, and are told why there is nothing. */
    this.#ready.resolve();
    this.#closed.end(error, this.#isHeard);
  }

  #broken(thrown) {
    if (this.#state === "closed") return;
    const error = engineError(thrown);
    this.#ready.end(error, true);
    this.#tell("error", error, this.#callbacks.onError);
    this.#ended(error);
  }
}

async function openFallback() {
  return (await import("./bayeux-fallback.js")).open();
}

/* Not every runtime has the symbol. */
if (Symbol.asyncDispose) {
  Object.defineProperty(BayeuxClient.prototype, Symbol.asyncDispose, { value: BayeuxClient.prototype.close });
}

function closed() {
  return misuse("closed", "the client is closed");
}

function toJson(channel, data) {
  if (typeof channel !== "string" || !channel.startsWith("/")) {
    throw misuse("bad-option", "channel is no name of a channel");
  }
  let text;
  try {
    text = JSON.stringify(data);
  } catch {
    /* A ring, or a number beyond JSON. */
  }
  if (text === undefined) throw misuse("bad-option", "the data cannot be written as JSON");
  return text;
}

/** As `hears` in `src/engine/bayeux/channel.rs`. */
function matcher(pattern) {
  if (typeof pattern !== "string" || !pattern.startsWith("/")) throw misuse("bad-option", "the pattern is none of a channel");
  const stem = pattern.replace(/\*+$/, "");
  if (pattern.endsWith("/**")) return (channel) => channel.startsWith(stem);
  if (pattern.endsWith("/*")) return (channel) => channel.startsWith(stem) && !channel.includes("/", stem.length);
  return (channel) => channel === pattern;
}
