/** The application's headers, in each form in which they can be given. */

/** What can be gone through for each attempt: an iterator can be once only. */
export function lasting(headers) {
  return isIterable(headers) && headers[Symbol.iterator]() === headers ? [...headers] : headers;
}

/** As pairs. */
export function pairsOf(headers) {
  return isIterable(headers) ? [...headers] : Object.entries(headers ?? {});
}

function isIterable(headers) {
  return typeof headers?.[Symbol.iterator] === "function";
}
