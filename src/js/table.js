/**
 * Reads the engine's tables: rows of numbers over bytes in linear memory become events.
 *
 * Text is decoded in runs: neighbouring rows whose bytes are all ASCII are decoded at once and cut
 * apart, since a byte is then a character; other rows are decoded one by one.
 */

import { misuse } from "./errors.js";

/* A row, as `src/engine/event.rs` lays it out. */
const WORDS = 6;
const EVENT = 1;
const ID = 2;
const ASCII = 4;
const UNSENDABLE = 8;
const MAP = 32;
const IN_RUN = EVENT | ASCII;

/**
 * A piece of a string keeps all of it alive. So a run is no longer than this, and neither is what an
 * event can pin that the application keeps.
 */
const RUN_BYTES = 16 * 1024;

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

export class Table {
  #memory;
  #typeName;
  #types = [];
  #generation = 0;
  #id = "";
  #position = null;
  #texts = null;
  /** Where the records of the table that is being read were, if they are records. */
  #origins = null;

  /**
   * @param memory the engine's linear memory
   * @param typeName gives the name of an event type by its number
   * @param position in force until the source sends one, or null
   * @param isId whether positions are ids
   */
  constructor(memory, typeName, position, isId) {
    this.#memory = memory;
    this.#typeName = typeName;
    this.#id = (isId && position) || "";
    this.#position = position;
  }

  /** The events of a table. Its arguments are addresses in linear memory and lengths. */
  read(rowsAt, count, bytesAt, idsAt, idsLength, generation, originsAt) {
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#types = [];
    }
    this.#learnTypes(rowsAt, count);
    const texts = this.#current();
    const rows = new Uint32Array(this.#memory.buffer, rowsAt, count * WORDS);
    const ids = idsReader(texts, idsAt, idsLength);
    this.#origins = originsAt ? new Float64Array(this.#memory.buffer, originsAt, count * 2) : null;
    const events = [];
    for (let row = 0; row < rows.length; ) {
      if (!(rows[row + 5] & EVENT)) {
        this.#takeId(rows, row, ids);
        row += WORDS;
        continue;
      }
      const from = rows[row];
      let end = row + WORDS;
      if (rows[row + 5] & ASCII) {
        while (end < rows.length && (rows[end + 5] & IN_RUN) === IN_RUN && rows[end + 1] - from <= RUN_BYTES) {
          end += WORDS;
        }
        const run = texts.ascii(bytesAt + from, bytesAt + rows[end - WORDS + 1]);
        for (; row < end; row += WORDS) {
          this.#takeId(rows, row, ids);
          const data = run.substring(rows[row] - from, rows[row + 1] - from);
          events.push(this.#event(rows[row + 4], data, events.length));
        }
      } else {
        this.#takeId(rows, row, ids);
        const data = texts.utf8(bytesAt + from, bytesAt + rows[row + 1]);
        events.push(this.#event(rows[row + 4], data, events.length));
        row = end;
      }
    }
    return events;
  }

  /** Asking for a name may grow the memory, so all are asked for before anything else looks into it. */
  #learnTypes(rowsAt, count) {
    let rows = new Uint32Array(this.#memory.buffer, rowsAt, count * WORDS);
    for (let row = 4; row < count * WORDS; row += WORDS) {
      const kind = rows[row];
      if (this.#types[kind] !== undefined) continue;
      this.#types[kind] = this.#typeName(kind);
      rows = new Uint32Array(this.#memory.buffer, rowsAt, count * WORDS);
    }
  }

  #event(kind, data, index) {
    const type = this.#types[kind];
    const origins = this.#origins;
    if (!origins) return new StreamEvent(type, data, this.#id, this.#position);
    return new RecordEvent(type, data, this.#id, this.#position, origins[index * 2], origins[index * 2 + 1]);
  }

  #takeId(rows, row, ids) {
    const flags = rows[row + 5];
    if (!(flags & ID)) return;
    const text = ids(rows[row + 2], rows[row + 3]);
    if (flags & MAP) {
      const end = text.lastIndexOf("\0");
      this.#id = text.slice(0, end);
      this.#position = text.slice(end + 1);
      return;
    }
    this.#id = text;
    if (!(flags & UNSENDABLE)) this.#position = text || null;
  }

  /** Views of linear memory die when it grows. */
  #current() {
    const { buffer } = this.#memory;
    if (this.#texts?.buffer !== buffer) this.#texts = decoders(buffer);
    return this.#texts;
  }
}

/**
 * Decodes the ids of a table in one piece. Where that has as many characters as bytes, each byte
 * is a character, and ids can be cut out of it.
 */
function idsReader(texts, at, length) {
  /* Long ids would keep too much of each other. */
  if (length > RUN_BYTES) return (start, end) => texts.utf8(at + start, at + end);
  let all = null;
  return (start, end) => {
    all ??= texts.utf8(at, at + length);
    return all.length === length ? all.substring(start, end) : texts.utf8(at + start, at + end);
  };
}

/** Decoders over one memory: Node's own, which skip a call into a decoder object, or the standard one. */
function decoders(memory) {
  if (typeof globalThis.Buffer?.prototype?.latin1Slice === "function") {
    const bytes = globalThis.Buffer.from(memory);
    return {
      buffer: memory,
      ascii: (start, end) => bytes.latin1Slice(start, end),
      utf8: (start, end) => bytes.utf8Slice(start, end),
    };
  }
  /* A byte order mark in the middle of a stream is text; the one at its start is gone already. */
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const bytes = new Uint8Array(memory);
  const decode = (start, end) => decoder.decode(bytes.subarray(start, end));
  return { buffer: memory, ascii: decode, utf8: decode };
}
