/** Parses JSON without rounding its numbers. */
import { markBeside } from "./mark.js";

/**
 * Numbers that may not survive as doubles: those with 16 digits or more, and those with an exponent of
 * three. Any text without such a run of characters has none, and is parsed as usual.
 */
const SUSPECT = /[\d.]{16}|\d[eE][+-]?\d{3}/;

/**
 * As `JSON.parse`, but an integer that no double can hold for certain becomes a BigInt, and any other number
 * that a double would change stays the text that it was.
 */
export function parseExact(text) {
  const plain = JSON.parse(text);
  if (!SUSPECT.test(text)) return plain;
  /* Written anew, no string hides the mark behind an escape. */
  const mark = markBeside(JSON.stringify(plain));
  const marked = withMarks(text, mark);
  if (marked === text) return plain;
  return JSON.parse(marked, (_, value) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const number = value.slice(mark.length);
    return isInteger(number) ? BigInt(number) : number;
  });
}

/**
 * As `JSON.stringify`, but a number that is still what `JSON.parse` has made of `text` there keeps the digits that it has in
 * `text`.
 */
export function writeExact(value, text) {
  const written = JSON.stringify(value);
  if (!SUSPECT.test(text)) return written;
  const mark = markBeside(JSON.stringify(JSON.parse(text)), written);
  const marked = withMarks(text, mark);
  if (marked === text) return written;
  const kept = new Map();
  byPlace(JSON.parse(marked), (place, member) => {
    if (typeof member === "string" && member.startsWith(mark)) kept.set(place, member);
    return member;
  });
  const number = (place) => Number(kept.get(place).slice(mark.length));
  const inMarks = byPlace(value, (place, member) => (kept.has(place) && member === number(place) ? kept.get(place) : member));
  return inMarks.replace(new RegExp(`"${mark}([^"]*)"`, "g"), "$1");
}

/** As `JSON.stringify`, with what `change` makes of each value, which is told where it stands. */
function byPlace(value, change) {
  const places = new Map();
  return JSON.stringify(value, function (key, member) {
    const place = `${places.get(this) ?? ""}/${key}`;
    if (typeof member === "object" && member !== null) places.set(member, place);
    return change(place, member);
  });
}

/** Numbers that a double would change become strings with a mark that no string has. */
function withMarks(text, mark) {
  return outsideStrings(text, (number) => (isExact(number) ? number : `"${mark}${number}"`));
}

/** Replaces the numbers of a JSON text; those in strings are none. */
function outsideStrings(text, replace) {
  let result = "";
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    result += text.slice(at, end).replace(/-?\d[\d.eE+-]*/g, replace);
    at = quote < 0 ? end : endOfString(text, quote);
    result += text.slice(end, at);
  }
  return result;
}

/** Where the string that begins at `quote` ends, its quote included. */
function endOfString(text, quote) {
  let end = quote;
  let escapes;
  do {
    end = text.indexOf('"', end + 1);
    escapes = 0;
    while (text[end - 1 - escapes] === "\\") escapes++;
  } while (escapes % 2);
  return end + 1;
}

function isInteger(number) {
  return /^-?\d+$/.test(number);
}

function isExact(number) {
  const double = Number(number);
  if (isInteger(number)) return Number.isSafeInteger(double);
  return Number.isFinite(double) && decimal(number) === decimal(String(double));
}

/** A number as its digits and the power of ten behind them: the same for each way to write it. */
function decimal(number) {
  const [, whole, fraction = "", exponent = "0"] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number);
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  const power = kept ? Number(exponent) - fraction.length + digits.length - kept.length : 0;
  return `${kept}e${power}`;
}
