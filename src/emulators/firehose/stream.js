/** `GET /v3/{resource}/stream` */
import { Refused } from "../lib/service.js";
import { offsetIn, positionOf } from "./position.js";

const DEFAULT_LIMIT = 25;
const LARGEST_LIMIT = 100;

/**
 * A page of the events of `log`.
 * @param scan events of other accounts that one request gets past
 * @param until what is newer is not there yet
 */
export function page({ log, resource, search, query, url, scan, until }) {
  const limit = limitIn(query);
  const top = log.top(until);
  const from = offsetAt({ log, resource, top, position: query.get("position") ?? "", raw: rawIn(search, "position") });
  const { items, next } = log.read(from, { limit, scan, top });
  const position = positionOf(resource, next);
  const link = `${url}/v3/${resource}/stream?position=${encodeURIComponent(position)}&limit=${limit}`;
  const meta = JSON.stringify({ position, top: next >= top, links: { next: link } });
  return `{"items":[${items.join()}],"meta":${meta}}`;
}

function limitIn(query) {
  const text = query.get("limit") ?? String(DEFAULT_LIMIT);
  const limit = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > LARGEST_LIMIT) throw invalid("limit", `limit must be a number from 1 to ${LARGEST_LIMIT}`);
  return limit;
}

function offsetAt({ log, resource, top, position, raw }) {
  if (position === "") throw invalid("position", "position is required");
  if (position === "tail") return log.tail;
  if (position === "top") return top;
  if (/[+/=]/.test(raw)) throw invalid("position", "position is not percent-encoded");
  const offset = offsetIn(resource, position);
  if (offset === undefined || offset > top) throw invalid("position", "position is none of this stream");
  if (offset < log.tail) throw new Refused(410, "The position is no longer available");
  return offset;
}

/** A parameter as it was written. */
function rawIn(search, name) {
  const parameter = search.slice(1).split("&").find((one) => one.startsWith(`${name}=`));
  return parameter?.slice(name.length + 1) ?? "";
}

function invalid(field, message) {
  return new Refused(400, message, { field: `/${field}` });
}
