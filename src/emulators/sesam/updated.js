/**
 * What a dataset's `_updated` looks like. Changes are numbered from 0 on; a form writes a change's number,
 * and finds the number that a `since` stands for: changes with a greater one are asked for.
 */
import { createHash } from "node:crypto";

export const FORMS = {
  /** A JSON integer of any size. */
  integer: {
    json: ({ number }, { first }) => String(first + BigInt(number)),
    since: (text, { first }) => numberAfter(text, first),
  },
  /** The same as a text: bytewise, which is how texts are compared, "9" is greater than "12". */
  digits: {
    json: ({ number }, { first }) => `"${first + BigInt(number)}"`,
    since: (text, { first }) => numberAfter(text, first),
  },
  /** When the change was made, to the microsecond. */
  datetime: {
    json: ({ micros }) => `"${dateOf(micros)}"`,
    since: (text, { changes }) => {
      const micros = microsOf(text);
      return micros === undefined ? undefined : lastBefore(changes, micros);
    },
  },
  /** What only the source itself can put in order. */
  opaque: {
    json: ({ number }, { generation }) => `"${tokenOf(number, generation)}"`,
    since: (text, { generation, changes }) => {
      const number = changes.findIndex((_, number) => tokenOf(number, generation) === text);
      return number < 0 ? undefined : number;
    },
  },
};

function numberAfter(text, first) {
  if (!/^-?[0-9]+$/.test(text)) return undefined;
  const number = BigInt(text) - first;
  return number < -1n ? -1 : Number(number);
}

function dateOf(micros) {
  const millis = new Date(Math.floor(micros / 1000)).toISOString();
  return millis.replace("Z", `${String(micros % 1000).padStart(3, "0")}Z`);
}

function microsOf(text) {
  const [, whole, fraction = ""] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return Date.parse(`${whole}Z`) * 1000 + Math.floor(Number(fraction.padEnd(9, "0")) / 1000);
}

/** The last change that was made at `micros` or before. */
function lastBefore(changes, micros) {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (changes[middle].micros <= micros) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function tokenOf(number, generation) {
  return createHash("md5").update(`${generation} ${number}`).digest("base64url").slice(0, 12);
}
