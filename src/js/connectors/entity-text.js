/** Entities as JSON in Sesam's way: dates are texts that say so, and integers have all their digits. */
import { markBeside } from "../mark.js";

export function stringify(entity) {
  const plain = written(entity, "");
  /* Numbers are texts with a mark that no text has, until it is taken away with their quotes. */
  const mark = markBeside(plain);
  const marked = written(entity, mark);
  return marked === plain ? plain : marked.replace(new RegExp(`"${mark}(-?[0-9]+)"`, "g"), "$1");
}

function written(entity, mark) {
  return JSON.stringify(entity, function (name, value) {
    if (this[name] instanceof Date && value !== null) return `~t${value}`;
    return typeof value === "bigint" ? `${mark}${value}` : value;
  });
}
