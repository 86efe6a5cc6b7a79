/** Checks what the application gives, and makes of it what the engine takes. */
import { misuse } from "./errors.js";
import { lasting, pairsOf } from "./headers.js";
import { checkBody, isPlain, placeOf, positionHeader, sendable, token } from "./place.js";
import { checkNative, isNative } from "./shell/native.js";
import { checkStore, IDS } from "./shell/store.js";
import { settle } from "./thenable.js";

/** Query parameters that commonly hold a secret, or change while the source is the same. */
const SECRETS = /^(access_?token|auth|authorization|api_?key|jwt|key|password|secret|sig|signature|token)$/i;

/** @returns what `src/web/convert.rs` reads, and what a connection needs */
export function sseOptions(url, options) {
  checkObject(options);
  return sseSourceOptions(parseUrl(url), options);
}

/** As `sseOptions`, for an address that is known to be good. */
export function sseSourceOptions(address, options) {
  const native = isNative(oneOf("transport", options.transport, ["fetch", "native", "auto"]));
  const { position, lastEventId = native ? undefined : { header: "Last-Event-ID" } } = options;
  if (native) checkNative(options);
  return {
    ...sourceOptions(address, options, placeOf("lastEventId", lastEventId) ?? {}, native),
    ...(typeof position === "object" ? positionHeader(position) : { positionPointer: pointer("position", position) }),
    native,
    comments: optional("onComment", options.onComment, "function") !== undefined,
    skipEmpty: options.decode === "json",
    events: list("events", options.events),
  };
}

/**
 * As `sseOptions`, for streaming JSON. `parts` is what only connectors say: `part`, a JSON Pointer to the part
 * of the source that a record belongs to, where each part has a position of its own; `ascending`, whether ids
 * are decimals that grow within their part, so that what is not greater is a repeat.
 */
export function jsonOptions(url, options, parts) {
  checkObject(options);
  const { position, resume, bookmark: name, start: where } = options;
  const place = placeOf("resume", resume);
  if (!place && (position !== undefined || (where !== undefined && where !== "latest"))) {
    throw misuse("bad-option", "resume does not say where the position goes, and without it none can be sent");
  }
  if (name !== undefined && position === undefined) {
    throw misuse("bad-option", "position does not say where to find what a bookmark keeps");
  }
  return {
    ...sourceOptions(parseUrl(url), options, { ...place, part: parts?.part }),
    ...parts,
    json: true,
    positionPointer: pointer("position", position),
    framing: oneOf("framing", options.framing, ["auto", "cr", "lines", "json-seq"]),
    badRecords: oneOf("onBadRecord", options.onBadRecord, ["stop", "skip"]),
  };
}

/** What both kinds of source have in common. `place` is where the position goes, and what it is made of. */
export function sourceOptions(address, options, place, native = false) {
  const method = token("method", options.method) ?? "GET";
  const isRepeatable = optional("repeatable", options.repeatable, "boolean") === true;
  const isSpent = isStream(options.body);
  if (isSpent && isRepeatable) throw misuse("bad-option", "body is a stream, which can be sent once, so the request is not repeatable");
  return {
    url: address.href,
    method,
    identity: identity(address, place.positionQuery),
    ...place,
    done: optional("done", options.done, "string"),
    bookmark: bookmark(options.bookmark),
    ...start(options.start, place),
    ...retry(options.retry, isRepeatable || isSafe(method)),
    canRefresh: !isSpent && (typeof options.headers === "function" || typeof options.auth === "function"),
    connectTimeout: number("connectTimeout", options.connectTimeout, 1),
    idleTimeout: idleTimeout(options.idleTimeout, native),
    highWaterMark: number("highWaterMark", options.highWaterMark, 1),
    maxEventBytes: number("maxEventBytes", options.maxEventBytes, 1),
    skipOversize: oneOf("onOversize", options.onOversize, ["stop", "skip"]) === "skip",
    fetch: optional("fetch", options.fetch, "function") ?? ((input, init) => globalThis.fetch(input, init)),
    pauseWhenHidden: optional("pauseWhenHidden", options.pauseWhenHidden, "boolean") === true,
    ...init(options, place),
    byteHeaders: byteHeaders(),
  };
}

/** What the stream itself needs of the options, checked. */
export function streamOptions(options) {
  const { decode = "text", store, signal } = options;
  if (typeof decode !== "function") oneOf("decode", decode, ["text", "json"]);
  const numbers = oneOf("numbers", options.numbers, ["exact"]);
  if (numbers && decode !== "json") throw misuse("bad-option", 'numbers is only for decode: "json"');
  if (store !== undefined) checkStore(store);
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw misuse("bad-option", "signal is no AbortSignal");
  }
  for (const name of ["onEvent", "onState", "onRetry", "onCommit", "onError", "onClose"]) {
    optional(name, options[name], "function");
  }
  policy("onGap", options.onGap, GAP_POLICIES);
  policy("onHandlerError", options.onHandlerError, HANDLER_POLICIES);
  if (typeof options.auth !== "function") optional("auth", options.auth, "string");
  if (typeof options.headers !== "function") optional("headers", options.headers, "object");
  return {
    decode,
    numbers,
    store,
    signal,
    headers: lasting(options.headers),
    manual: oneOf("commit", options.commit, ["auto", "manual"]) === "manual",
    concurrency: number("concurrency", options.concurrency, 1) ?? 1,
  };
}

export const GAP_POLICIES = ["earliest", "latest", "fail"];
export const HANDLER_POLICIES = ["stop", "skip", "retry"];

/** The application's headers for one attempt, as pairs; a promise of them only where the application gives one. */
export function requestHeaders({ headers, auth }, info) {
  const said = (value) => (typeof value === "function" ? value(info) : value);
  return settle(said(headers), (own) =>
    settle(said(auth), (token) => {
      const pairs = pairsOf(own);
      if (token !== undefined && token !== null) pairs.push(["authorization", `Bearer ${token}`]);
      return pairs.map(([name, value]) => [String(name), String(value)]);
    }),
  );
}

export function parseUrl(url) {
  const text = typeof url === "string" ? url : url?.href;
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  let parsed;
  try {
    /* In a page, any other value would become the name of a file beside it. */
    if (typeof text === "string") parsed = new URL(text, base);
  } catch {
    /* As below. */
  }
  if (!parsed) {
    throw misuse("bad-url", "the URL is not valid, or is relative where there is no page to resolve it against");
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw misuse("bad-url", `the URL's scheme is ${parsed.protocol}, and only http: and https: can be fetched`);
  }
  if (parsed.username || parsed.password) {
    throw misuse("bad-url", "the URL holds a user name or password, which fetch refuses; use headers or auth");
  }
  return parsed;
}

/** What tells this source from others: not the fragment, nor what is secret or changes. */
export function identity(address, positionQuery) {
  const url = new URL(address);
  url.hash = "";
  for (const name of [...url.searchParams.keys()]) {
    if (isSecret(name) || name === positionQuery) url.searchParams.delete(name);
  }
  return url.href;
}

/** Whether a query parameter or member of that name commonly holds a secret. */
export function isSecret(name) {
  return SECRETS.test(name);
}

/** A JSON Pointer (RFC 6901). */
export function pointer(name, value) {
  if (value !== undefined && !(typeof value === "string" && /^(\/([^~]|~[01])*)?$/.test(value))) {
    throw misuse("bad-option", `${name} is no JSON Pointer`);
  }
  return value;
}

export function bookmark(name) {
  optional("bookmark", name, "string");
  if (name === "") throw misuse("bad-option", "bookmark is empty");
  if (name?.endsWith(IDS)) throw misuse("bad-option", `bookmark ends with ${IDS}, which is what the ids beside one are called`);
  return name;
}

/** Heartbeats are not heard from an EventSource: its silence means nothing unless the application says so. */
export function idleTimeout(span, native) {
  if (span === false || (span === undefined && native)) return Infinity;
  return number("idleTimeout", span, 1);
}

function start(where, place) {
  if (typeof where === "object" && typeof where?.position === "string" && where.position) {
    return { startPosition: sendable(where.position, place) };
  }
  return { start: oneOf("start", where, ["latest", "earliest"]) };
}

export function retry(policy, mayRepeat) {
  if (policy !== undefined && policy !== false && (typeof policy !== "object" || policy === null)) {
    throw misuse("bad-option", "retry is neither false nor an object");
  }
  const { min, max, factor, jitter, attempts } = Object(policy);
  return {
    repeatable: policy !== false && mayRepeat,
    retryMin: number("retry.min", min, 0),
    retryMax: number("retry.max", max, 0),
    retryFactor: number("retry.factor", factor, 1),
    retryJitter: number("retry.jitter", jitter, 0, 1),
    retryAttempts: attempts === Infinity ? undefined : number("retry.attempts", attempts, 1),
  };
}

/** What fetch is called with besides method, headers and signal; `jsonBody` where the body is one. */
function init({ credentials, body, method = "GET" }, place) {
  const own = {};
  const json = isPlain(body) ? toJson(body) : undefined;
  for (const own of place.bodyPlaces ?? []) {
    if (json === undefined) throw misuse("bad-option", "a place in the body, for lastEventId or resume, needs a body that is a plain object");
    checkBody(json, own);
  }
  if (body !== undefined && isSafe(method)) throw misuse("bad-option", `a ${method} request takes no body`);
  oneOf("credentials", credentials, ["omit", "same-origin", "include"]);
  if (credentials !== undefined) own.credentials = credentials;
  if (body !== undefined) own.body = json ?? body;
  /* A request whose body is a stream has to say that it does not wait for it. */
  if (isStream(body)) own.duplex = "half";
  if (fetchKnows({ cache: "no-store" })) own.cache = "no-store";
  return { init: own, jsonBody: json };
}

function isStream(body) {
  return typeof body?.getReader === "function";
}

function toJson(body) {
  let json;
  try {
    json = JSON.stringify(body);
  } catch {
    /* A ring, or a number beyond JSON. */
  }
  if (json === undefined) throw misuse("bad-option", "body is a plain object, and cannot be written as JSON");
  return json;
}

/**
 * Some edge runtimes throw at a cache mode or at credentials; there is no cache to keep away from there,
 * and there are no cookies.
 */
export function fetchKnows(init) {
  try {
    const request = new Request("http://localhost/", init);
    return Object.entries(init).every(([name, value]) => request[name] === value);
  } catch {
    return false;
  }
}

/** In the Fetch Standard a header's value is a string of bytes; workerd takes text and encodes it. */
function byteHeaders() {
  try {
    new Headers([["x", "\u0100"]]);
    return false;
  } catch {
    return true;
  }
}

/** Sending it again changes nothing at the server. */
export function isSafe(method) {
  return /^(get|head)$/i.test(method);
}

export function checkObject(options) {
  if (typeof options !== "object" || options === null) throw misuse("bad-option", "the options are no object");
}

export function optional(name, value, type) {
  if (value !== undefined && typeof value !== type) throw misuse("bad-option", `${name} is no ${type}`);
  return value;
}

export function oneOf(name, value, choices) {
  if (value !== undefined && !choices.includes(value)) {
    throw misuse("bad-option", `${name} is none of ${choices.map((choice) => `"${choice}"`).join(", ")}`);
  }
  return value;
}

function policy(name, value, choices) {
  if (typeof value !== "function") oneOf(name, value, choices);
}

export function list(name, values) {
  if (values === undefined) return undefined;
  if (!Array.isArray(values) || values.some((value) => typeof value !== "string")) {
    throw misuse("bad-option", `${name} is no array of strings`);
  }
  return values;
}

export function number(name, value, least, most = Number.MAX_SAFE_INTEGER) {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !(value >= least && value <= most)) {
    throw misuse("bad-option", `${name} is no number from ${least} to ${most}`);
  }
  return value;
}
