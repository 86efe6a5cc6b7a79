/** Flowdock, or whatever speaks its streaming API. */
import { jsonStream, sse } from "brookmark";
import { base, kind, misuse, oneOf } from "./checks.js";
import { Access } from "./flowdock-access.js";
import { BEGINNING, History, POSITION } from "./flowdock-history.js";

const STREAM_URL = "https://stream.flowdock.com";
const API_URL = "https://api.flowdock.com";

/**
 * The delays of Flowdock's own clients. One thing is not theirs: an end that follows an end, with
 * nothing new between them, is a failure too. They come back at once for ever.
 */
const SPACINGS = {
  retryNetwork: { min: 200, max: 10_000 },
  retryStatus: { min: 2_000, max: 120_000, factor: 2 },
  retryEnd: { min: 0, max: 10_000, factor: 2 },
};

/** Consumes the messages of flows. */
export function flowdock(options) {
  const { flows, format, address, api, token, tokenIn, own } = checked(options);
  const access = new Access({ token, tokenIn, headers: own.headers, fetch: own.fetch });
  const common = { decode: "json", ...own, headers: access.headers };
  const spacings = hasOwnDelays(own.retry) ? {} : SPACINGS;
  if (format === "event-stream") {
    const onGap = withoutEarliest(own.onGap);
    const fetch = (url, init) => access.fetch(url, init);
    return sse(address, { ...common, onGap, fetch }, { ...spacings, identity: identity(address, flows) });
  }
  const history = new History({ access, live: address.href, api, names: flows, start: own.start });
  return jsonStream(
    address,
    { ...common, framing: "cr", position: "/id", resume: { query: POSITION }, fetch: (url, init) => history.open(url, init) },
    /* Which flows are asked for does not tell one source from another: one may be added later. */
    { ...spacings, identity: `${address.origin}${address.pathname}`, part: "/flow", ascending: true, beginningHeader: BEGINNING },
  );
}

/** Checks what is Flowdock's own, and what the stream gets in another form; `own` is what the stream checks. */
function checked(options) {
  const { token, tokenIn, flows = [], format, active, user, streamUrl, apiUrl, ...own } = Object(options);
  oneOf("format", format, ["json", "event-stream"]);
  oneOf("tokenIn", tokenIn, ["header", "query"]);
  oneOf("active", active, [true, false, "idle"]);
  oneOf("user", user, [true, false]);
  kind("fetch", own.fetch, ["function"]);
  kind("headers", own.headers, ["object", "function"]);
  if (typeof own.onGap !== "function") oneOf("onGap", own.onGap, ["earliest", "latest", "fail"]);
  if (typeof token !== "function" && (typeof token !== "string" || !token)) {
    if (token !== undefined || own.auth === undefined) throw misuse("token is neither a text nor a function that gives one");
  } else if (own.auth !== undefined) {
    throw misuse("token and auth exclude each other: an API token goes into the one, an OAuth token into the other");
  }
  if (tokenIn === "query" && token === undefined) throw misuse('tokenIn: "query" needs a token');
  if (!Array.isArray(flows) || !flows.every((name) => typeof name === "string" && /^[^/,\s]+(\/[^/,\s]+)?$/.test(name))) {
    throw misuse('flows is no array of "organization/flow" or ids');
  }
  if (flows.length === 0 && !user) throw misuse("neither flows nor user says what to stream");
  if (format === "event-stream") {
    if (own.start === "earliest") throw misuse("the event stream cannot begin at the earliest message; the JSON format can");
  } else if (flows.length === 0 && own.bookmark !== undefined) {
    throw misuse("private messages have no position in the JSON format; the event stream gives them one");
  }
  const address = new URL(`${base("streamUrl", streamUrl ?? STREAM_URL)}/flows`);
  if (flows.length > 0) address.searchParams.set("filter", flows.join());
  if (user) address.searchParams.set("user", "1");
  if (active) address.searchParams.set("active", String(active));
  return { flows, format, address, api: base("apiUrl", apiUrl ?? API_URL), token, tokenIn, own };
}

/** What tells one event stream from another: neither the order of its flows, nor how the user is shown. */
function identity(address, flows) {
  const same = new URL(address);
  same.searchParams.delete("active");
  if (flows.length > 0) same.searchParams.set("filter", [...flows].sort().join());
  return same.href;
}

/** Whether the application spaces attempts itself, alike for each cause. */
function hasOwnDelays(retry) {
  const { min, max, factor } = Object(retry);
  return min !== undefined || max !== undefined || factor !== undefined;
}

/** The event stream knows no word for its oldest message. */
function withoutEarliest(rule) {
  return (gap, stream) => ((typeof rule === "function" ? rule(gap, stream) : rule) === "fail" ? "fail" : "latest");
}
