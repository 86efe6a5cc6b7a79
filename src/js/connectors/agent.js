/** Services that refuse whoever does not say what it is. */
import { lasting, pairsOf } from "../headers.js";

/**
 * The option `headers`, with a User-Agent where the application names none: some runtimes send none of their own. Browsers
 * do, and let nobody else.
 */
export function withAgent(headers) {
  const own = lasting(headers);
  if (globalThis.navigator?.userAgent?.startsWith("Mozilla/")) return own;
  const named = (given) => {
    const pairs = pairsOf(given);
    return pairs.some(([name]) => String(name).toLowerCase() === "user-agent") ? pairs : [["user-agent", "brookmark"], ...pairs];
  };
  return typeof own === "function" ? async (info) => named(await own(info)) : named(own);
}
