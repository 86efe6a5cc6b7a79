/**
 * Does what the engine wants done, and tells it what has happened. `src/web/host.rs` lists what it
 * calls. Nothing is decided here.
 */
import { isFinal, wordsOf } from "../errors.js";
import { ChannelEvent, Table } from "../table.js";
import { isThenable } from "../thenable.js";
import { Alarm } from "./alarm.js";
import { Connection } from "./connection.js";
import { NativeConnection } from "./native.js";
import { listenToPage } from "./page.js";
import { PositionRefused, Preflight } from "./preflight.js";
import { Reporter } from "./reporter.js";
import { Conflict, Entry } from "./store.js";
import { Timer } from "./timer.js";

export class Host extends Reporter {
  #engine;
  #options;
  #stream;
  #handle;
  /** The connection of the attempt that is out, and its number. */
  #connection = null;
  #attempt;
  #preflight;
  /** The bookmark and what is beside it, by name, once they are wanted. */
  #entries = null;
  #isEnding = false;
  #timer = new Timer();
  /** The times at which all items are to be read again, if there are any, and who looks at them. */
  #timetable;
  #alarm = null;
  #stopListening = () => {};
  /** Where the response that is read has come from, redirects followed. */
  #responseUrl = "";
  /** The events of a table get texts from it; there is none until the first events come. */
  #table = null;
  /** What there is still to read of an engine that is gone. */
  #last = null;

  /**
   * @param engine what `load` gives
   * @param options the engine's options, with the `store`, and the application's `headers` and `auth`
   * @param stream takes what the application is to get: `deliver`, `again`, `gap`, `enter`, `retry`,
   *   `commit`, `comment`, `error`, `ended`, and `broken` where the engine traps
   */
  constructor(engine, options, stream) {
    super();
    this.#engine = engine;
    this.#options = stillNeeded(options);
    this.#stream = stream;
    this.#preflight = new Preflight(options.positionHeader);
    this.#timetable = options.timetable;
    this.#handle = new engine.glue.Handle(options, this, Math.random() * Number.MAX_SAFE_INTEGER);
  }

  begin() {
    const tell = (input) => () => this.call((handle) => handle[input]());
    const on = { wake: tell("wake"), freeze: tell("freeze"), thaw: tell("thaw") };
    this.#stopListening = listenToPage(on, this.#options.pauseWhenHidden);
    if (this.#timetable) this.#alarm = new Alarm(this.#timetable, tell("rescan"));
  }

  /** Calls the engine. A trap is the end of it, and is told. */
  call(use) {
    if (!this.#handle) return undefined;
    try {
      return use(this.#handle);
    } catch (thrown) {
      /* Its memory cannot be trusted any more, not even to be given back. */
      this.#handle = null;
      this.#release();
      this.#stream.broken(thrown);
      return undefined;
    }
  }

  /** From here on, events without an id of their own have this one. */
  startAt(position) {
    const { part, poll, parsesRuns, connect } = this.#options;
    const isId = !(part || poll);
    this.#table = new Table(this.#engine, this.#handle, position, isId, parsesRuns, connect && ChannelEvent);
  }

  position() {
    return this.#last ? this.#last.position : (this.call((handle) => handle.position()) ?? null);
  }

  /** The last event id in force, whether an event came with it or not. */
  get lastEventId() {
    return this.#table?.id ?? "";
  }

  get responseUrl() {
    return this.#responseUrl;
  }

  /** How long the source wants a client to wait before it comes back. */
  reconnectionTime() {
    return this.#last ? this.#last.reconnectionTime : this.call((handle) => handle.reconnectionTime());
  }

  stats() {
    return statsOf(this.#last?.stats ?? this.call((handle) => handle.stats()) ?? []);
  }

  /* What follows is called by the engine. */

  load(name) {
    this.#settle(
      () => this.#entryOf(name).read(),
      (handle, record) => handle.loaded(name, record),
      (handle, why) => handle.loadFailed(name, why),
    );
  }

  save(name, record) {
    this.#settle(
      () => this.#entryOf(name).write(record),
      (handle) => handle.saved(),
      (handle, why) => (this.thrown.value instanceof Conflict ? handle.overtaken() : handle.saveFailed(why)),
    );
  }

  #entryOf(name) {
    this.#entries ??= new Map();
    if (!this.#entries.has(name)) this.#entries.set(name, new Entry(this.#options.store, name));
    return this.#entries.get(name);
  }

  /** The application wants nothing more. */
  end() {
    this.#isEnding = true;
    this.call((handle) => handle.close());
  }

  async open(attempt, number, refresh, method, target, lines, texts) {
    /* Wanted before the application has ended the stream, and performed after it. */
    if (this.#isEnding) return;
    /* What ended the attempts before is not why this one ends. */
    this.lastError = undefined;
    const connection = this.#connect();
    this.#connection = connection;
    this.#attempt = attempt;
    const url = this.#options.poll ? new URL(target, this.#base()).href : target;
    let isAuth = true;
    try {
      let headers = connection.headers(lines, { attempt: number, refresh });
      /* Not for nothing: what is sent now is on its way while the application handles what came before. */
      if (isThenable(headers)) headers = await headers;
      isAuth = false;
      /* The application may have ended the stream when it was asked for them. */
      if (this.#attempt !== attempt || this.#isEnding) return;
      const head = await connection.open(method, url, headers, texts);
      /* A fetch of the application's own may not know where it has been. */
      if (this.#attempt === attempt) this.#responseUrl = head.url || url;
      this.call((handle) => handle.head(attempt, head.status, head.headers));
    } catch (thrown) {
      if (thrown instanceof PositionRefused) this.#refused(attempt);
      else this.#failed(attempt, isAuth, thrown, url);
    }
  }

  #connect() {
    const { connect, native } = this.#options;
    if (connect) return connect((error) => this.error(error));
    return native ? new NativeConnection(this.#options) : new Connection(this.#options, this.#preflight);
  }

  /** A link may be relative to where it was found, but does not lead to where a redirect has led. */
  #base() {
    const { url } = this.#options;
    const found = this.#responseUrl || url;
    return new URL(found).origin === new URL(url).origin ? found : url;
  }

  async read(attempt) {
    try {
      if (this.#attempt !== attempt) return;
      const piece = await this.#connection.read();
      if (piece === null) this.#forget(attempt);
      this.call((handle) => {
        if (piece === null) handle.end(attempt);
        else if (ArrayBuffer.isView(piece)) handle.bytes(attempt, piece);
        else piece.lend((bytes) => handle.bytes(attempt, bytes));
      });
    } catch (thrown) {
      this.#failed(attempt, false, thrown);
    }
  }

  abort(attempt) {
    const connection = this.#connection;
    if (this.#forget(attempt)) connection.abort();
  }

  /** @returns whether that attempt was out */
  #forget(attempt) {
    if (!this.#connection || this.#attempt !== attempt) return false;
    this.#connection = null;
    this.#attempt = undefined;
    return true;
  }

  arm(delay) {
    this.#timer.set(delay, () => this.call((handle) => handle.timeout()));
  }

  deliver(first) {
    /* The bookmark has been read by now. */
    if (!this.#table) this.startAt(this.#handle.position() ?? this.#options.startPosition ?? null);
    const comments = [];
    /* A listener may call back, so it is called when all is read. Nothing else is told beside events here. */
    const events = this.#table.read((flags, text) => {
      comments.push(text);
    });
    this.#stream.deliver(events, first);
    for (const text of comments) this.#stream.comment(text);
  }

  redeliver(seq) {
    this.#stream.again(seq);
  }

  gap(reason, position = null, age) {
    this.startAt(null);
    const policy = this.#stream.gap({ reason, position, age: age < 0 ? null : age });
    this.call((handle) => handle.decide(policy));
  }

  state(name) {
    this.#stream.enter(name);
  }

  retry(cause, attempt, delay) {
    this.#stream.retry({ cause, attempt, delay });
  }

  top(events, pages, delay) {
    this.#stream.top({ events, pages, delay: delay < 0 ? null : delay });
  }

  commit(position) {
    this.#stream.commit(position);
  }

  error(error) {
    this.lastError = error;
    this.#stream.error(error);
  }

  close(error) {
    const handle = this.#handle;
    const reconnectionTime = handle.reconnectionTime();
    this.#last = { position: this.position(), stats: handle.stats(), reconnectionTime };
    this.#release();
    /* Not now: it is the engine that calls. */
    queueMicrotask(() => {
      this.#handle = null;
      handle.free();
    });
    this.#stream.ended(error);
  }

  addRecord(error, record, offset, body) {
    Object.assign(error, { record, offset, body });
  }

  #failed(attempt, isAuth, thrown, url = this.#options.url) {
    /* A response that cannot be used is not left open. */
    this.abort(attempt);
    /* Some runtimes quote the URL, in which there may be a token. */
    const why = wordsOf(thrown).replaceAll(url, "the URL").replaceAll(url.replace(/#.*/, ""), "the URL");
    this.tellThrown(thrown, (handle) => handle.failed(attempt, isAuth, isFinal(thrown), why));
  }

  #refused(attempt) {
    this.abort(attempt);
    this.call((handle) => handle.positionRefused(attempt));
  }

  /**
   * Goes on at once where a store answers at once, so that it is written before the page can go
   * away; else when its promise has settled.
   */
  #settle(ask, done, failed) {
    const refused = (thrown) => this.tellThrown(thrown, (handle) => failed(handle, wordsOf(thrown)));
    let answer;
    try {
      answer = ask();
    } catch (thrown) {
      refused(thrown);
      return;
    }
    const answered = (value) => this.call((handle) => done(handle, value));
    if (isThenable(answer)) Promise.resolve(answer).then(answered, refused);
    else answered(answer);
  }

  #release() {
    this.#stopListening();
    this.#timer.clear();
    this.#alarm?.stop();
    this.abort(this.#attempt);
  }
}

/** The engine has read the rest, and a stream that is idle should take little memory. */
function stillNeeded(options) {
  const { url, fetch, init, byteHeaders, jsonBody, bodyPlaces, own, store } = options;
  const { native, connect, events, pauseWhenHidden, startPosition, part, poll, parsesRuns } = options;
  const request = { url, fetch, init, byteHeaders, jsonBody, bodyPlaces, own };
  return Object.assign(request, { store, native, connect, events, pauseWhenHidden, startPosition, part, poll, parsesRuns });
}

/** Names of the counters, in the order of `Stats::values` in `src/engine/stats.rs`. */
const COUNTERS = [
  "events",
  "bytes",
  "attempts",
  "retries",
  "commits",
  "repeats",
  "gaps",
  "errors",
  "pending",
  "buffered",
];

/** Counters by name; zero where nothing was counted yet. */
export function statsOf(values) {
  return Object.fromEntries(COUNTERS.map((name, index) => [name, values[index] ?? 0]));
}
