/**
 * Reads the engine's tables: rows of numbers over bytes in linear memory become events.
 *
 * The rows come in runs, and each run is decoded in one piece that its rows cut apart.
 * `src/engine/sheet.rs` has the layout.
 */
import { misuse } from "./errors.js";
import { MIXED, MIXED_ALONE, coders } from "./coders.js";

/* A row, as `src/engine/event.rs` lays it out. */
const ROW_WORDS = 6;
const EVENT = 1;
const ID = 2;
const UNSENDABLE = 8;
const MAP = 16;
export const RETRY = 32;
const TOO_LARGE = 64;
export const BAD = 128;
export const COMMENT = 512;
const ASIDE = RETRY | TOO_LARGE | COMMENT;

/* A run, as `src/engine/sheet.rs` does. */
const RUN_WORDS = 4;
const ASCII = 0;
const UTF8 = 1;
const WIDE = 2;

export class StreamEvent {
  constructor(type, data, id, position) {
    this.type = type;
    this.data = data;
    this.id = id;
    this.position = position;
  }

  commit() {
    throw misuse("not-manual", 'the stream commits by itself; only with commit: "manual" does the application');
  }
}

/** An event of streaming JSON. */
export class RecordEvent extends StreamEvent {
  constructor(type, data, id, position, record, offset) {
    super(type, data, id, position);
    this.record = record;
    this.offset = offset;
  }
}

/** An item of a page, whose value is there already. */
class ParsedEvent extends RecordEvent {}

/** An event of one of many channels. */
export class ChannelEvent extends StreamEvent {
  get channel() {
    return this.type;
  }
}

/** One whose value is there already. */
class ParsedChannelEvent extends ChannelEvent {}

export const isParsed = (event) => event instanceof ParsedEvent || event instanceof ParsedChannelEvent;

export class Table {
  #engine;
  #source;
  #types = [];
  #generation = 0;
  #id = "";
  #position = null;
  #parsesRuns;
  #coders = null;
  #Event;

  /**
   * @param engine what `load` gives
   * @param source `layOut(page, mixed)` lays its table out and gives the address; `typeName(number)`
   *   gives the name of an event type
   * @param position in force until the source sends one, or null
   * @param isId whether positions are ids
   * @param parsesRuns whether payloads stand as in JSON arrays, and are to be parsed many at a time
   * @param Event what events are, where they are no records
   */
  constructor(engine, source, position, isId, parsesRuns = false, Event = StreamEvent) {
    this.#Event = Event;
    this.#engine = engine;
    this.#source = source;
    this.#id = (isId && position) || "";
    this.#position = position;
    this.#parsesRuns = parsesRuns;
  }

  /** The id in force behind all that was read. */
  get id() {
    return this.#id;
  }

  /**
   * The events of the table; `src/web/page.rs` has its form.
   * @param aside takes what is no event: the flags of its row, and its text, number or record; gives what
   *   is to stand in its place, or nothing
   */
  read(aside) {
    let page = this.#layOut(MIXED);
    let { words } = this.#coders;
    if (words[page + 8] !== this.#generation || words[page + 9] !== this.#types.length) {
      this.#learnTypes(words[page + 8], words[page + 9]);
      ({ words } = this.#current());
    }
    let texts = this.#decode(page);
    if (!texts) {
      page = this.#layOut(MIXED_ALONE);
      ({ words } = this.#coders);
      texts = this.#decode(page);
    }
    const types = this.#types;
    const Event = this.#Event;
    let id = this.#id;
    let position = this.#position;
    const ids = this.#idsReader(words[page + 6], words[page + 7]);
    /* Number and offset of each event's record, where there are records. */
    const origins = words[page + 10] && new Float64Array(this.#coders.buffer, words[page + 10]);
    let origin = 0;
    /* Room for all of them: an array that grows copies itself again and again. */
    const events = new Array(words[page + 1]);
    let count = 0;
    let row = words[page] >>> 2;
    let run = words[page + 2] >>> 2;
    for (let index = 0; index < texts.length; index++, run += RUN_WORDS) {
      const text = texts[index];
      const values = this.#parsesRuns ? valuesOf(text, words, row, words[run + 3], !origins) : null;
      let value = 0;
      for (const end = row + words[run + 3] * ROW_WORDS; row < end; row += ROW_WORDS) {
        const flags = words[row + 5];
        if (flags & ID) {
          id = ids(words[row + 2], words[row + 3]);
          if (flags & MAP) {
            const end = id.lastIndexOf("\0");
            position = id.slice(end + 1);
            id = id.slice(0, end);
          } else if (!(flags & UNSENDABLE)) position = id || null;
        }
        if (flags & EVENT) {
          const type = types[words[row + 4]];
          if (values) {
            const data = values[value++];
            events[count++] = origins
              ? new ParsedEvent(type, data, id, position, origins[origin++], origins[origin++])
              : new ParsedChannelEvent(type, data, id, position);
            continue;
          }
          const data = text.substring(words[row], words[row + 1]);
          if (!origins) {
            events[count++] = new Event(type, data, id, position);
            continue;
          }
          const event = new RecordEvent(type, data, id, position, origins[origin++], origins[origin++]);
          const item = flags & BAD ? aside(flags, event) : event;
          if (item) events[count++] = item;
        } else if (flags & ASIDE) {
          const item = aside(flags, flags & COMMENT ? ids(words[row + 2], words[row + 3]) : words[row + 1]);
          if (item) events[count++] = item;
        }
      }
    }
    events.length = count;
    this.#id = id;
    this.#position = position;
    return events;
  }

  #layOut(mixed) {
    const at = this.#source.layOut(this.#engine.page, mixed);
    this.#current();
    return at >>> 2;
  }

  /** The texts of all runs, or null where one is malformed, so that its spans are not to be trusted. */
  #decode(page) {
    const { words, ascii, utf8, wide } = this.#coders;
    const bytes = words[page + 4];
    const units = words[page + 5];
    const texts = [];
    let run = words[page + 2] >>> 2;
    for (const end = run + words[page + 3] * RUN_WORDS; run < end; run += RUN_WORDS) {
      const start = words[run + 1];
      const stop = words[run + 2];
      switch (words[run]) {
        case ASCII:
          texts.push(ascii(bytes + start, bytes + stop));
          break;
        case WIDE:
          texts.push(wide(units + 2 * start, units + 2 * stop));
          break;
        default: {
          const text = utf8(bytes + start, bytes + stop);
          if (words[run] === UTF8 && text.includes("\ufffd")) return null;
          texts.push(text);
        }
      }
    }
    return texts;
  }

  /** Asking for a name may grow the memory, so all are asked for before anything else looks into it. */
  #learnTypes(generation, count) {
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#types = [];
    }
    for (let number = this.#types.length; number < count; number++) this.#types.push(this.#source.typeName(number));
  }

  /**
   * Decodes the ids of a table in one piece. Where that has as many characters as bytes, each byte
   * is a character, and ids can be cut out of it.
   */
  #idsReader(at, length) {
    const { utf8 } = this.#coders;
    /* Long ids would keep too much of each other. */
    if (length > 16384) return (start, end) => utf8(at + start, at + end);
    let all = null;
    return (start, end) => {
      all ??= utf8(at, at + length);
      return all.length === length ? all.substring(start, end) : utf8(at + start, at + end);
    };
  }

  /** Views of linear memory die when it grows. */
  #current() {
    const { buffer } = this.#engine.memory;
    if (this.#coders?.buffer !== buffer) this.#coders = coders(buffer);
    return this.#coders;
  }
}

/**
 * The values of a run's items, parsed in one piece: nothing but commas and blanks is between them, where no other
 * channel is named. Null where there is more, or one of them is no JSON: then each is looked at by itself.
 */
function valuesOf(text, words, row, count, isChannels) {
  const type = words[row + 4];
  let first = -1;
  let last = 0;
  let items = 0;
  for (const end = row + count * ROW_WORDS; row < end; row += ROW_WORDS) {
    if (!(words[row + 5] & EVENT)) continue;
    if (isChannels && words[row + 4] !== type) return null;
    if (first < 0) first = words[row];
    last = words[row + 1];
    items++;
  }
  if (items < 2) return null;
  try {
    const values = JSON.parse(`[${text.slice(first, last)}]`);
    return values.length === items ? values : null;
  } catch {
    return null;
  }
}
