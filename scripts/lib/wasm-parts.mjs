/** Says what a wasm module with names consists of. */

const SECTION = { name: 0, import: 2, code: 10, data: 11 };

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  /** An unsigned LEB128 number. */
  number() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  text() {
    const length = this.number();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at).toString("utf8");
  }
}

function sections(bytes) {
  const reader = new Reader(bytes, 8);
  const found = [];
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.number();
    found.push({ id, size, start: reader.at });
    reader.at += size;
  }
  return found;
}

/** The sizes of the function bodies, in order. */
function bodies(bytes, { start }) {
  const reader = new Reader(bytes, start);
  return Array.from({ length: reader.number() }, () => {
    const size = reader.number();
    reader.at += size;
    return size;
  });
}

/** The names of functions by their index, from the custom section "name". */
function functionNames(bytes, { start, size }) {
  const reader = new Reader(bytes, start);
  const names = new Map();
  if (reader.text() !== "name") return names;
  while (reader.at < start + size) {
    const kind = reader.byte();
    const end = reader.number() + reader.at;
    if (kind === 1) {
      for (let left = reader.number(); left > 0; left -= 1) names.set(reader.number(), reader.text());
    }
    reader.at = end;
  }
  return names;
}

/**
 * Whose code a function is: of ours to two levels (`engine::session`), else its crate's. What
 * the standard library generated for one of our types counts as ours.
 */
function owner(name) {
  const path = name.replace(/\[[0-9a-f]+\]/g, "");
  const ours = path.match(/\bbrookmark((::[a-z]\w*){1,2})/)?.[1];
  if (ours) return `our ${ours.slice(2)}`;
  /* Methods of primitive types: `<str>::trim`, `<[u8]>::to_vec`, `<u64>::from_str`. */
  if (/^<(str|char|\[|[iuf]\d)/.test(path)) return "crate core";
  const crate = path.match(/\b([a-z]\w*)::/)?.[1];
  return crate ? `crate ${crate}` : "exports to JavaScript, and the rest";
}

/** `[[name, bytes], …]`, the largest first: code by owner, and the other sections. */
export function wasmParts(bytes) {
  const parts = new Map();
  const add = (name, size) => parts.set(name, (parts.get(name) ?? 0) + size);
  const all = sections(bytes);
  const names = new Map(all.filter(({ id }) => id === SECTION.name).flatMap((section) => [...functionNames(bytes, section)]));
  const imported = WebAssembly.Module.imports(new WebAssembly.Module(bytes)).filter(({ kind }) => kind === "function").length;

  for (const section of all) {
    if (section.id === SECTION.code) {
      bodies(bytes, section).forEach((size, index) => add(owner(names.get(imported + index) ?? ""), size));
    } else if (section.id === SECTION.data) {
      add("constants and tables", section.size);
    } else if (section.id !== SECTION.name) {
      add("imports, exports, types", section.size);
    }
  }
  return [...parts].sort(([, a], [, b]) => b - a);
}
