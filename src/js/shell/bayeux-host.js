/**
 * Does what a Bayeux client of the engine wants done, and tells it what has happened. `src/web/bayeux/host.rs`
 * lists what it calls. Nothing is decided here.
 */
import { BrookmarkError, isFinal, wordsOf } from "../errors.js";
import { requestHeaders } from "../options.js";
import { ExtensionFailed, incoming, outgoing } from "./extensions.js";
import { listenToPage } from "./page.js";
import { post, sizeOf, write } from "./post.js";
import { Reporter } from "./reporter.js";
import { Timer } from "./timer.js";

export class BayeuxHost extends Reporter {
  #engine;
  #options;
  #client;
  #handle;
  /** Abort controllers of the requests that are out, by their numbers. */
  #requests = new Map();
  #sockets = new Map();
  #subscriptions = new Map();
  #calls = new Map();
  #count = 0;
  #timer = new Timer();
  #stopListening = () => {};
  #lastStats = null;

  /**
   * @param engine what `load` gives
   * @param options what `bayeuxOptions` made, with the application's `headers` and `auth` as `own`
   * @param client takes what the application is to get: `enter`, `retry`, `error`, `ended`, `show`, and
   *   `broken` where the engine traps; its `extensions` change what goes out and comes in
   */
  constructor(engine, options, client) {
    super();
    this.#engine = engine;
    this.#options = options;
    this.#client = client;
    this.#handle = new engine.glue.BayeuxHandle(options, this, Math.random() * Number.MAX_SAFE_INTEGER);
  }

  begin() {
    const tell = (input) => () => this.call((handle) => handle[input]());
    this.#stopListening = listenToPage({ wake: tell("wake"), freeze: tell("freeze"), thaw: tell("thaw") }, false);
    this.call((handle) => handle.start());
  }

  /** Calls the engine. A trap is the end of it, and is told. */
  call(use) {
    if (!this.#handle) return undefined;
    try {
      return use(this.#handle);
    } catch (thrown) {
      this.#handle = null;
      this.#release();
      this.#client.broken(thrown);
      for (const { reject } of this.#calls.values()) reject(thrown);
      for (const id of [...this.#subscriptions.keys()]) this.#lose(id);
      return undefined;
    }
  }

  stats() {
    return statsOf(this.#lastStats ?? this.call((handle) => handle.stats()) ?? []);
  }

  clock() {
    const [lag, offset] = this.call((handle) => handle.clock()) ?? [];
    return lag === undefined ? null : { lag, offset };
  }

  /** @returns the number of the subscription */
  subscribe(subscription, channel, word, position) {
    const id = ++this.#count;
    this.#subscriptions.set(id, subscription);
    this.call((handle) => handle.subscribe(id, channel, word, position));
    if (!this.#handle) this.#lose(id);
    return id;
  }

  unsubscribe(id) {
    this.#subscriptions.delete(id);
    this.call((handle) => handle.unsubscribe(id));
  }

  read(id) {
    this.call((handle) => handle.read(id));
  }

  /** @returns a promise for the text of the server's answer */
  publish(channel, data, within) {
    return new Promise((resolve, reject) => {
      const call = ++this.#count;
      this.#calls.set(call, { resolve, reject });
      this.call((handle) => handle.publish(call, channel, data, within));
    });
  }

  /* What follows is called by the engine. */

  async send(exchange, body, number, refresh, isLast) {
    const controller = new AbortController();
    this.#requests.set(exchange, controller);
    let isAuth = false;
    try {
      const sent = await this.#outgoing(body);
      isAuth = true;
      const headers = await requestHeaders(this.#options.own, { attempt: number, refresh });
      isAuth = false;
      if (!this.#requests.has(exchange)) return;
      const response = await post({ ...this.#options, url: this.#url() }, { body: sent, headers, signal: controller.signal, isLast });
      const pieces = await this.#incoming(response.pieces);
      if (!this.#requests.delete(exchange)) return;
      this.call((handle) => {
        this.#place(handle, pieces);
        handle.reply(exchange, response.status, response.headers);
      });
    } catch (thrown) {
      if (!this.#requests.delete(exchange)) return;
      this.#failed(exchange, isAuth, thrown);
    }
  }

  abort(exchange) {
    this.#requests.get(exchange)?.abort();
    this.#requests.delete(exchange);
  }

  openSocket(id) {
    const close = () => {
      if (this.#sockets.delete(id)) this.call((handle) => handle.socketClosed(id));
    };
    let socket;
    try {
      socket = new this.#options.WebSocket(this.#options.url.replace(/^http/, "ws"));
    } catch {
      this.#sockets.set(id, { close() {} });
      /* Not now: it is the engine that calls. */
      queueMicrotask(close);
      return;
    }
    this.#sockets.set(id, socket);
    /* Extensions may take their time; the order is kept. */
    let before = null;
    socket.onopen = () => this.call((handle) => handle.socketOpen(id));
    socket.onclose = close;
    socket.onerror = close;
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return;
      const text = new TextEncoder().encode(data);
      const hear = (text) => this.#sockets.has(id) && this.call((handle) => handle.socketText(id, text));
      if (!before && this.#client.extensions.length === 0) hear(text);
      else {
        const failed = (thrown) => {
          this.#tellExtension(thrown);
          this.#leaveSocket(id);
        };
        before = Promise.resolve(before).then(() => this.#incoming([text])).then(([text]) => hear(text), failed);
      }
    };
  }

  async sendText(id, bytes) {
    try {
      const sent = await this.#outgoing(bytes);
      this.#sockets.get(id)?.send(new TextDecoder().decode(sent));
    } catch (thrown) {
      this.#tellExtension(thrown);
      this.#leaveSocket(id);
    }
  }

  #leaveSocket(id) {
    this.closeSocket(id);
    this.call((handle) => handle.socketClosed(id));
  }

  /** What is sent over a socket has no number by which the engine could be told. */
  #tellExtension(thrown) {
    if (!(thrown instanceof ExtensionFailed)) return;
    const { cause } = thrown;
    const message = `an extension failed: ${wordsOf(cause)}`;
    this.#client.error(new BrookmarkError({ code: "extension-failed", culprit: "handler", retryable: true, message, cause }));
  }

  closeSocket(id) {
    const socket = this.#sockets.get(id);
    this.#sockets.delete(id);
    socket?.close();
  }

  arm(delay) {
    this.#timer.set(delay, () => this.call((handle) => handle.timeout()));
  }

  forgetCookies() {
    this.#options.jar?.clear();
  }

  subscribed(id) {
    this.#subscriptions.get(id)?.granted();
  }

  refused(id, status, said, rest) {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    subscription?.refused(status, said, rest);
  }

  piece(id, piece) {
    const lend = (use) => {
      use(new Uint8Array(this.#engine.memory.buffer, piece.address() >>> 0, piece.size()));
      piece.free();
    };
    const subscription = this.#subscriptions.get(id);
    if (subscription) subscription.piece({ lend });
    else piece.free();
  }

  ended(id) {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    subscription?.ended();
  }

  warn(id, error) {
    this.#subscriptions.get(id)?.warn(error);
  }

  settled(call, reply = null, error) {
    const waiting = this.#calls.get(call);
    this.#calls.delete(call);
    if (error) waiting?.reject(error);
    else waiting?.resolve(reply);
  }

  show(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch (cause) {
      /* Thrown on, it would pass for a fault of the engine, which is calling. */
      const words = `a message could not be decoded: ${wordsOf(cause)}`;
      this.#client.error(new BrookmarkError({ code: "decode", culprit: "peer", retryable: true, message: words, cause }));
      return;
    }
    this.#client.show(message);
  }

  state(name) {
    this.#client.enter(name);
  }

  retry(cause, attempt, delay) {
    this.#client.retry({ cause, attempt, delay });
  }

  error(error) {
    this.lastError = error;
    this.#client.error(error);
  }

  close(error) {
    const handle = this.#handle;
    this.#lastStats = handle.stats();
    this.#release();
    this.#client.ended(error);
  }

  #failed(exchange, isAuth, thrown) {
    if (thrown instanceof ExtensionFailed) {
      this.tellThrown(thrown.cause, (handle) => handle.extensionFailed(exchange, wordsOf(thrown.cause)));
      return;
    }
    const why = wordsOf(thrown).replaceAll(this.#url(), "the URL");
    this.tellThrown(thrown, (handle) => handle.failed(exchange, isAuth, isFinal(thrown), why));
  }

  /** Writes a body where it will be read. */
  #place(handle, pieces) {
    const size = sizeOf(pieces);
    const at = handle.room(size) >>> 0;
    write(pieces, new Uint8Array(this.#engine.memory.buffer, at, size));
  }

  /** Where requests go. A connector may learn it with the token, and learn another one later. */
  #url() {
    return this.#options.locate?.() ?? this.#options.url;
  }

  #outgoing(body) {
    return outgoing(this.#client.extensions, body, this.#cut);
  }

  #incoming(pieces) {
    return incoming(this.#client.extensions, pieces, this.#cut);
  }

  /** Where the messages of a body lie. */
  #cut = (body) => this.call((handle) => handle.cut(body)) ?? [];

  /** There is no engine that could serve it. */
  #lose(id) {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    subscription?.lost("the engine failed");
  }

  #release() {
    this.#stopListening();
    this.#timer.clear();
    for (const exchange of [...this.#requests.keys()]) this.abort(exchange);
    for (const id of [...this.#sockets.keys()]) this.closeSocket(id);
  }
}

/** Names of the counters, in the order of `Stats::values` in `src/engine/bayeux/stats.rs`. */
const COUNTERS = ["events", "unheard", "bytes", "requests", "sessions", "retries", "published", "errors", "unread"];

export function statsOf(values) {
  return Object.fromEntries(COUNTERS.map((name, index) => [name, values[index] ?? 0]));
}
