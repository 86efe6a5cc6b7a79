/** The parsers by themselves, for those who bring their own bytes. */
import { BrookmarkError, badRecord, callSafely } from "./errors.js";
import { load, loaded } from "./load.js";
import { checkObject, number, oneOf, optional } from "./options.js";
import { BAD, COMMENT, RETRY, Table } from "./table.js";

const FRAMINGS = ["cr", "lines", "json-seq"];

/** As in `src/engine/limits.rs`. */
const LIMIT = 16 * 1024 * 1024;

/** A parser of Server-Sent Events. */
export function createSseParser(options = {}) {
  checkObject(options);
  const { onEvent = ignore, onRetry, onComment, onError, maxEventBytes } = options;
  for (const name of ["onEvent", "onRetry", "onComment", "onError"]) optional(name, options[name], "function");
  const limit = number("maxEventBytes", maxEventBytes, 1) ?? LIMIT;
  const tell = ({ flags, value }) => {
    if (flags & RETRY) onRetry?.(value);
    else if (flags & COMMENT) onComment?.(value);
    else refuse(tooLarge(limit), onError);
  };
  return new Parser((glue) => new glue.Parser(limit, undefined, Boolean(onComment)), onEvent, tell);
}

/** A parser of streaming JSON. It gives records as they are, and decodes none. */
export function createJsonParser(options = {}) {
  checkObject(options);
  const { onRecord = ignore, onError, maxEventBytes } = options;
  for (const name of ["onRecord", "onError"]) optional(name, options[name], "function");
  const framing = oneOf("framing", options.framing, FRAMINGS) ?? "lines";
  const limit = number("maxEventBytes", maxEventBytes, 1) ?? LIMIT;
  const tell = ({ flags, value }) => refuse(flags & BAD ? badRecord(value) : tooLarge(limit), onError);
  return new Parser((glue) => new glue.Parser(limit, framing, false), onRecord, tell);
}

/** What is no event and has its place among the events. */
class Aside {
  constructor(flags, value) {
    this.flags = flags;
    this.value = value;
  }
}

/** Stands among the chunks for their end. */
const END = new Uint8Array(0);

class Parser {
  #make;
  #take;
  #tell;
  #engine = loaded();
  #ready;
  /** Whether somebody may hear what `ready` has to say. */
  #isAwaited = false;
  /** Why there is no engine. */
  #failure = null;
  #parser = null;
  #table = null;
  /** What was parsed last, and how much of it is handed out. */
  #items = [];
  #hasAsides = false;
  #taken = 0;
  /** Chunks that came before the engine, or while a callback ran. */
  #waiting = [];
  #isBusy = false;
  #texts = null;

  constructor(make, take, tell) {
    this.#make = make;
    this.#take = take;
    this.#tell = tell;
    this.#ready = this.#engine ? Promise.resolve() : this.#load();
    /* Whoever waits hears of it; for others, `#load` sees to that. */
    this.#ready.catch(ignore);
  }

  /** Settles when the engine is there; what was fed before is then parsed. */
  get ready() {
    this.#isAwaited = true;
    return this.#ready;
  }

  feed(chunk) {
    const bytes = typeof chunk === "string" ? this.#encode(chunk) : toBytes(chunk);
    if (bytes.length > 0) this.#add(bytes);
  }

  /** The bytes have ended properly. */
  end() {
    this.#add(END);
  }

  /** Forgets all, as at the beginning of a stream. */
  reset() {
    this.#parser?.free();
    this.#parser = null;
    this.#items = [];
    this.#waiting = [];
    this.#texts = null;
  }

  async #load() {
    try {
      this.#engine = await load();
      this.#work();
    } catch (thrown) {
      this.#failure = { error: thrown };
      const isFed = this.#engine !== null || this.#waiting.length > 0;
      /* The call of `feed` out of which it should have come has returned. */
      if (isFed && !this.#isAwaited) callSafely(refuse, thrown);
      throw thrown;
    }
  }

  #add(bytes) {
    /* It may have come by `init` meanwhile. */
    this.#engine ??= loaded();
    if (!this.#engine && this.#failure) throw this.#failure.error;
    const isFree = this.#engine && !this.#isBusy && this.#waiting.length === 0 && this.#items.length === 0;
    if (isFree) this.#items = this.#parse(bytes);
    /* The caller may use its buffer again. */
    else this.#waiting.push(bytes === END ? END : bytes.slice());
    if (this.#engine && !this.#isBusy) this.#work();
  }

  /** Hands out what is parsed, and parses what waits. After a callback has thrown, the rest comes next time. */
  #work() {
    this.#isBusy = true;
    try {
      this.#handOut();
      while (this.#waiting.length > 0) {
        this.#items = this.#parse(this.#waiting.shift());
        this.#handOut();
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #parse(bytes) {
    if (!this.#parser) {
      this.#parser = this.#make(this.#engine.glue);
      this.#table = new Table(this.#engine, this.#parser, null, true);
    }
    this.#taken = 0;
    this.#hasAsides = false;
    if (bytes === END) this.#parser.end();
    else {
      const { length } = bytes;
      const at = this.#parser.room(length) >>> 0;
      new Uint8Array(this.#engine.memory.buffer, at, length).set(bytes);
      this.#parser.parse(length);
    }
    return this.#table.read((flags, value) => {
      this.#hasAsides = true;
      return new Aside(flags, value);
    });
  }

  #handOut() {
    const items = this.#items;
    const take = this.#take;
    /* Most have none, and need not be asked one by one. */
    const hasAsides = this.#hasAsides;
    let index = this.#taken;
    try {
      /* A callback may have reset the parser. */
      while (index < items.length && items === this.#items) {
        const item = items[index++];
        if (hasAsides && item instanceof Aside) this.#tell(item);
        else take(item);
      }
    } finally {
      if (index < items.length) this.#taken = index;
      else if (items === this.#items) this.#items = [];
    }
  }

  /** A character can be cut in two between texts as well. */
  #encode(text) {
    this.#texts ??= { encoder: new TextEncoder(), half: "" };
    const whole = this.#texts.half + text;
    const isCut = /[\ud800-\udbff]$/.test(whole);
    this.#texts.half = isCut ? whole.at(-1) : "";
    return this.#texts.encoder.encode(isCut ? whole.slice(0, -1) : whole);
  }
}

function toBytes(chunk) {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError("a parser takes bytes or text");
}

/** An error that nobody takes is thrown, since it must not go unheard. */
function refuse(error, onError) {
  if (!onError) throw error;
  onError(error);
}

function tooLarge(limit) {
  const message = `an event is larger than ${limit} bytes, and is passed over`;
  return new BrookmarkError({ code: "event-too-large", culprit: "limit", message });
}

function ignore() {}
