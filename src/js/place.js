/** Where the position goes in a request, and where it comes from in an answer. */
import { misuse } from "./errors.js";
import { markBeside } from "./mark.js";

/**
 * @param option the name of the option that says where
 * @returns what `src/web/convert.rs` reads, and for a body the keys that lead to the place
 */
export function placeOf(option, place) {
  if (place === undefined) return undefined;
  const { header, query, body, number } = Object(place);
  const names = [header, query].filter((name) => name !== undefined);
  const isBody = body !== undefined;
  if (isBody ? names.length > 0 : names.length === 0 || names.some((name) => typeof name !== "string" || !name)) {
    throw misuse("bad-option", `${option} names neither a header, a query parameter, both, nor a place in the body`);
  }
  if (isBody) {
    const place = { keys: keysOf(option, body), number: number === true };
    return { positionBody: place.number ? "number" : "text", bodyPlaces: [place] };
  }
  if (header !== undefined) token(`${option}.header`, header);
  return { positionHeader: header, positionQuery: query };
}

/** The rule of `can_carry` in `src/engine/protocol/place.rs`, for a position that the application names. */
export function sendable(position, { positionHeader, positionQuery, positionBody, part }) {
  if (!positionHeader && !positionQuery && !positionBody && position !== "latest") {
    throw misuse("bad-option", "the position cannot be sent: nothing says where it goes");
  }
  const isWord = position === "latest" || position === "earliest";
  if (positionBody === "number" && !isWord && !/^(0|[1-9][0-9]*)$/.test(position)) {
    throw misuse("bad-option", "the position is no whole number, which lastEventId or resume asks for");
  }
  if (positionHeader && !positionQuery && /^[ \t]|[ \t]$|[\0-\x08\x0a-\x1f\x7f]/.test(position)) {
    throw misuse("bad-option", "the position cannot be sent in a header; name a query parameter for it");
  }
  if (part !== undefined && !isWord && !isMap(position)) {
    throw misuse("bad-option", "the position is no map of positions");
  }
  return position;
}

/** As `is_map` in `src/engine/parts.rs` has it. */
function isMap(position) {
  try {
    const ids = position.trim().startsWith("{") ? Object.values(JSON.parse(position)) : [];
    return ids.length > 0 && ids.every((id) => typeof id === "string");
  } catch {
    return false;
  }
}

/** @param position `{ header }`: the response header that names where the response begins */
export function positionHeader(position) {
  const { header } = Object(position);
  if (typeof header !== "string") throw misuse("bad-option", "position names no header");
  return { beginsHeader: token("position.header", header).toLowerCase() };
}

/** A name as HTTP has it (RFC 9110, 5.6.2). */
export function token(name, value) {
  if (value !== undefined && !(typeof value === "string" && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value))) {
    throw misuse("bad-option", `${name} is no name that HTTP allows`);
  }
  return value;
}

/** Whether `value` is an object as a literal makes it, which is sent as JSON. */
export function isPlain(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  /* Objects of another realm have another prototype, but one that has none itself. */
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * The JSON text `json` with each text at its place. A number is written digit for digit: JavaScript's own
 * numbers would round it.
 * @param texts by the numbers of their places
 */
export function withTexts(json, places, texts) {
  const body = JSON.parse(json);
  const mark = markBeside(json, ...places.flatMap(({ keys }) => keys), ...Object.values(texts));
  const numbers = [];
  for (const [index, text] of Object.entries(texts)) {
    const { keys, number } = places[index];
    if (number) numbers.push([`"${mark}${index}"`, text]);
    insert(body, keys, number ? `${mark}${index}` : text);
  }
  return numbers.reduce((json, [mark, digits]) => json.replace(mark, digits), JSON.stringify(body));
}

function insert(body, keys, value) {
  let target = body;
  keys.forEach((key, index) => {
    const isLast = index === keys.length - 1;
    const isThere = Object.prototype.hasOwnProperty.call(target, key);
    if (isLast || !isThere) put(target, key, isLast ? value : {});
    target = target[key];
  });
}

/** @throws where the place is in something that has no members */
export function checkBody(json, { keys }) {
  let target = JSON.parse(json);
  for (const key of keys) {
    const isList = Array.isArray(target);
    if (typeof target !== "object" || target === null || (isList && !Object.keys(target).includes(key))) {
      throw misuse("bad-option", "lastEventId or resume points with body into something that has no such member");
    }
    if (!Object.prototype.hasOwnProperty.call(target, key)) return;
    target = target[key];
  }
}

/** Keys of a JSON Pointer (RFC 6901). */
export function keysOf(option, pointer) {
  if (typeof pointer !== "string" || !/^(\/([^~]|~[01])*)+$/.test(pointer)) {
    throw misuse("bad-option", `${option}.body is no JSON Pointer to a member`);
  }
  const keys = pointer.slice(1).split("/");
  return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Also where the key is `__proto__`. */
function put(target, key, value) {
  Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
}
