/**
 * A stream, as the application sees it: states and errors by callbacks and events, payloads by a
 * handler, by iteration or as a ReadableStream. What happens when is the engine's business.
 */
import { callSafely, engineError, misuse } from "./errors.js";
import { Handlers } from "./handlers.js";
import { Later } from "./later.js";
import { load } from "./load.js";
import { GAP_POLICIES, streamOptions } from "./options.js";
import { sendable } from "./place.js";
import { Puller } from "./puller.js";
import { Queue } from "./queue.js";
import { Host, statsOf } from "./shell/host.js";
import { Lease } from "./shell/lease.js";
import { defaultStore } from "./shell/store.js";

export class StreamNotice extends Event {
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}

export class Stream extends EventTarget {
  /** What the engine is made from, until it is. */
  #engineOptions;
  /** Where the source takes a position. */
  #place;
  #polls;
  #options;
  #settings;
  #state = "idle";
  #host = null;
  #lease = new Lease();
  #queue;
  /** Who takes events out of the queue: `Handlers` or `Puller`. */
  #consumer = null;
  /** Where to begin, if the application has said it before anything began. */
  #sought;
  #readable = null;
  #fatal = null;
  /** Set where a signal has ended the stream: those who wait for events get its reason. */
  #aborted = null;
  #closing = false;
  #draining = false;
  #rescanning = false;
  /** Set once the application has ended the stream, until the end itself is told. */
  #silent = false;
  #closed = new Later();
  #flushed = new Later();
  #isHeard;
  #stopListening = () => {};

  constructor(engineOptions, options) {
    super();
    this.#settings = streamOptions(options);
    this.#engineOptions = engineOptions;
    const { positionHeader, positionQuery, positionBody, part, poll } = engineOptions;
    this.#place = poll ? engineOptions.carrier : { positionHeader, positionQuery, positionBody, part };
    this.#polls = Boolean(poll);
    this.#options = options;
    this.#isHeard = Boolean(options.onError || options.onClose);
    this.#queue = new Queue(this.#settings);
    this.#listenToSignal(this.#settings.signal);
    if (options.onEvent) {
      this.#consumer = new Handlers(this.#queue, this.#settings, this.#calls(), options, this);
      this.#begin();
    }
  }

  get state() {
    return this.#state;
  }

  get position() {
    return this.#host?.position() ?? null;
  }

  get closed() {
    this.#isHeard = true;
    return this.#closed.promise;
  }

  get readable() {
    this.#readable ??= this.#makeReadable();
    return this.#readable;
  }

  #makeReadable() {
    const puller = this.#pull();
    return new ReadableStream(
      {
        /* Whoever holds the reader hears of `close` without asking for more. */
        start: (controller) => {
          const end = (how) => (how ? controller.error(how.error) : controller.close());
          const told = () => end(this.#howEnded());
          this.#closed.promise.then(told, told).catch(() => {});
        },
        async pull(controller) {
          const { done, value } = await puller.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: () => this.close(),
      },
      { highWaterMark: 0 },
    );
  }

  [Symbol.asyncIterator]() {
    return this.#pull();
  }

  stats() {
    return this.#host?.stats() ?? statsOf([]);
  }

  pause() {
    this.#queue.paused = true;
    this.#call((handle) => handle.pause());
  }

  resume() {
    this.#queue.paused = false;
    this.#call((handle) => handle.resume());
    this.#consumer?.wake();
  }

  reconnect() {
    this.#call((handle) => handle.reconnect());
  }

  seek(where) {
    if (typeof where !== "string" || !where) throw misuse("bad-option", "seek takes a position, which is a text");
    sendable(where, this.#place);
    this.#queue.clear();
    this.#consumer?.forget();
    if (!this.#host) {
      this.#sought = where;
      return;
    }
    const isWord = where === "latest" || where === "earliest";
    this.#host.startAt(isWord ? null : where);
    this.#call((handle) => (isWord ? handle.seek(where, undefined) : handle.seek(undefined, where)));
  }

  drain() {
    if (!this.#polls) throw misuse("bad-option", "drain is for poll(): only what is polled has a top");
    if (!this.#options.onEvent) throw misuse("bad-option", "drain is for a stream with onEvent; to iterate as far as the top, use every: false");
    this.#draining = true;
    this.#call((handle) => handle.drain());
    return this.closed;
  }

  rescan() {
    if (!this.#polls) throw misuse("bad-option", "rescan is for poll()");
    if (this.#host) this.#call((handle) => handle.rescan());
    else this.#rescanning = true;
  }

  close() {
    if (!this.#closing) {
      this.#closing = true;
      /* A handler that closes the stream has handled its event once it returns. */
      if (!this.#consumer?.closeWhenReturned(() => this.#finish())) this.#finish();
    }
    return this.#flushed.promise;
  }

  addEventListener(type, listener, options) {
    if (type === "error" || type === "close") this.#isHeard = true;
    super.addEventListener(type, listener, options);
  }

  #finish() {
    this.#silent = true;
    this.#queue.clear();
    this.#consumer?.forget();
    if (this.#host) this.#host.end();
    else this.#ended(null);
  }

  #pull() {
    if (this.#consumer) {
      throw misuse("already-consumed", "the stream has a handler, or is read already");
    }
    const puller = new Puller(this.#queue, this.#settings, this.#calls(), () => this.close());
    this.#consumer = puller;
    this.#isHeard = true;
    if (this.#state === "closed") puller.end(this.#howEnded());
    else this.#begin();
    return puller;
  }

  /** What a consumer may ask of the stream. */
  #calls() {
    const { manual } = this.#settings;
    return {
      handled: (first, last) => this.#call((handle) => handle.handled(first, last)),
      /* The application is through with these; whether they are handled, it may say itself. */
      through: (first, last) =>
        this.#call((handle) => (manual ? handle.released(first, last) : handle.handled(first, last))),
      failed: (seq, error, policy) => {
        if (policy === "stop") {
          this.#fatal ??= error;
          /* The engine's word may come later, if it is calling us. */
          this.#queue.clear();
        } else {
          this.#tellError(error);
        }
        this.#call((handle) => handle.handlerFailed(seq, policy));
      },
      late: (error) => this.#tellError(error),
      badRecords: () => (this.#call((handle) => handle.skipsBadRecords()) ? "skip" : "stop"),
      policy: (error, event) => {
        const { onHandlerError: rule } = this.#options;
        return typeof rule === "function" ? callSafely(rule, error, event) : rule;
      },
    };
  }

  #listenToSignal(signal) {
    if (!signal) return;
    const abort = () => {
      this.#aborted = { error: signal.reason };
      this.close();
    };
    if (signal.aborted) {
      /* So that listeners can be added first. */
      queueMicrotask(abort);
      return;
    }
    signal.addEventListener("abort", abort);
    this.#stopListening = () => signal.removeEventListener("abort", abort);
  }

  async #begin() {
    try {
      /* So that listeners can be added first, also where the engine is there already. */
      await null;
      if (this.#closing) return;
      this.#enter("loading");
      const { openEngine = load, openTimetable } = this.#engineOptions;
      const [engine, timetable] = await Promise.all([openEngine(), openTimetable?.()]);
      if (this.#closing) return;
      const own = { headers: this.#settings.headers, auth: this.#options.auth };
      const options = Object.assign(this.#engineOptions, { store: this.#store(), own, timetable });
      await this.#lease.take(options.bookmark, options.store, () => this.#enter("waiting"));
      if (this.#closing) return;
      this.#host = new Host(engine, options, this.#listener());
      this.#engineOptions = null;
      this.#host.begin();
      if (this.#queue.paused) this.#call((handle) => handle.pause());
      if (this.#draining) this.#call((handle) => handle.drain());
      if (this.#rescanning) this.#call((handle) => handle.rescan());
      if (this.#sought === undefined) this.#call((handle) => handle.start());
      else this.seek(this.#sought);
    } catch (thrown) {
      if (thrown?.culprit === "misuse") this.#ended(thrown);
      else this.#broken(thrown);
    }
  }

  #store() {
    if (this.#settings.store || !this.#engineOptions.bookmark) return this.#settings.store;
    const { store, error } = defaultStore();
    if (error) this.#tellError(error);
    return store;
  }

  /** What the host tells. */
  #listener() {
    const { onRetry, onTop, onCommit, onGap, onComment } = this.#options;
    return {
      deliver: (events, first) => {
        this.#queue.add(events, first);
        this.#consumer?.wake();
      },
      comment: (text) => {
        if (!this.#silent) callSafely(onComment, text, this);
      },
      again: (seq) => this.#consumer?.again(seq),
      gap: (gap) => {
        if (this.#silent) return "fail";
        const said = typeof onGap === "function" ? callSafely(onGap, gap, this) : onGap;
        const policy = GAP_POLICIES.includes(said) ? said : "earliest";
        this.#tell("gap", { ...gap, policy });
        return policy;
      },
      enter: (state) => {
        if (!this.#silent) this.#enter(state);
      },
      retry: (retry) => this.#tell("retry", retry, onRetry),
      top: (top) => this.#tell("top", top, onTop),
      commit: (position) => this.#tell("commit", position, onCommit),
      error: (error) => this.#tellError(error),
      ended: (error) => this.#ended(error && (this.#fatal ?? error)),
      broken: (thrown) => this.#broken(thrown),
    };
  }

  #enter(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell("state", state, this.#options.onState);
  }

  #tellError(error) {
    this.#tell("error", error, this.#options.onError);
  }

  #tell(type, detail, callback) {
    /* That the last bookmark could not be written is told even then. */
    const isWanted = () => !this.#silent || LAST_WORDS.includes(detail?.code);
    if (callback && isWanted()) callSafely(callback, detail, this);
    /* In workerd, what a listener throws comes out here. */
    if (isWanted()) callSafely(() => this.dispatchEvent(new StreamNotice(type, detail)));
  }

  /** The end, with everything flushed. */
  #ended(error) {
    this.#closing = true;
    this.#stopListening();
    this.#lease.end();
    this.#queue.clear();
    this.#fatal = error;
    this.#silent = false;
    this.#enter("closed");
    if (error) this.#tellError(error);
    this.#tell("close", error, this.#options.onClose);
    this.#silent = true;
    this.#closed.end(error, this.#isHeard);
    this.#flushed.resolve();
    this.#consumer?.end(this.#howEnded());
  }

  #howEnded() {
    return this.#aborted ?? (this.#fatal && { error: this.#fatal });
  }

  #call(use) {
    return this.#host?.call(use);
  }

  #broken(thrown) {
    if (this.#state === "closed") return;
    this.#ended(engineError(thrown));
  }
}

/* Not every runtime has the symbol. */
if (Symbol.asyncDispose) {
  Object.defineProperty(Stream.prototype, Symbol.asyncDispose, { value: Stream.prototype.close });
}

const LAST_WORDS = ["store-write", "bookmark-conflict"];
