/** Checks what the application gives to a Bayeux client and its streams, and makes of it what the engine takes. */
import { misuse } from "./errors.js";
import { lasting } from "./headers.js";
import {
  bookmark,
  checkObject,
  fetchKnows,
  identity,
  idleTimeout,
  number,
  oneOf,
  optional,
  parseUrl,
  pointer,
  retry,
} from "./options.js";
import { CookieJar, needsJar } from "./shell/cookies.js";

/** @returns what `src/web/bayeux/client.rs` reads, and what requests need */
export function bayeuxOptions(url, options) {
  checkObject(options);
  const address = parseUrl(url);
  const { credentials, headers, auth } = options;
  oneOf("credentials", credentials, ["omit", "same-origin", "include"]);
  for (const name of ["onState", "onRetry", "onError", "onClose", "fetch"]) optional(name, options[name], "function");
  if (typeof auth !== "function") optional("auth", auth, "string");
  if (typeof headers !== "function") optional("headers", headers, "object");
  const init = fetchKnows({ cache: "no-store" }) ? { cache: "no-store" } : {};
  if (credentials !== undefined && fetchKnows({ credentials })) init.credentials = credentials;
  const WebSocket = webSocket(options);
  return {
    url: address.href,
    identity: identity(address),
    ...retry(options.retry, true),
    canRefresh: typeof headers === "function" || typeof auth === "function",
    connectTimeout: number("connectTimeout", options.connectTimeout, 1),
    ack: optional("ack", options.ack, "boolean") === true,
    timesync: optional("timesync", options.timesync, "boolean") === true,
    sockets: WebSocket !== null,
    WebSocket,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    init,
    jar: credentials !== "omit" && needsJar() ? new CookieJar() : null,
    own: { headers: lasting(headers), auth },
  };
}

/** A socket carries neither headers nor a token, and goes by no fetch of the application's. */
function webSocket({ webSocket, headers, auth, fetch }) {
  if (webSocket === false) return null;
  if (typeof webSocket === "function") return webSocket;
  if (webSocket !== undefined && webSocket !== true) {
    throw misuse("bad-option", "webSocket is neither a boolean nor a WebSocket class");
  }
  const isFree = headers === undefined && auth === undefined && fetch === undefined;
  if (webSocket === true && typeof globalThis.WebSocket !== "function") {
    throw misuse("bad-option", "webSocket is true, and this runtime has no WebSocket");
  }
  return (webSocket || isFree) && typeof globalThis.WebSocket === "function" ? globalThis.WebSocket : null;
}

/** Where Salesforce has the position of an event. */
const REPLAY_ID = "/event/replayId";

/** @returns the options of the stream's own engine, and `isPlaced`, whether the channel has positions */
export function channelOptions(client, channel, options) {
  checkObject(options);
  if (typeof channel !== "string" || !/^\/./.test(channel) || channel.startsWith("/meta/")) {
    throw misuse("bad-option", "channel is no name of a channel that can be subscribed to");
  }
  const { position, replay } = options;
  const name = bookmark(options.bookmark);
  const isPlaced = name !== undefined || replay !== undefined || position !== undefined;
  const place = isPlaced
    ? { positionBody: "text", positionPointer: pointer("position", position) ?? REPLAY_ID, ...start(replay) }
    : {};
  const { retryMin: min = 1_000, retryMax: max = 60_000, retryFactor: factor = 2, ...spacing } = retry(options.retry, true);
  return {
    isPlaced,
    ...place,
    ...spacing,
    /* A session that is gone is asked for by the client, with patience of its own. */
    retryNetwork: { min: 0, max: 0 },
    retryEnd: { min: 0, max: 0 },
    retryStatus: { min, max, factor },
    connectTimeout: Infinity,
    json: true,
    framing: "lines",
    tagged: true,
    url: client.url,
    method: "POST",
    identity: `${client.identity} ${channel}`,
    bookmark: name,
    idleTimeout: options.idleTimeout === undefined ? Infinity : idleTimeout(options.idleTimeout),
    highWaterMark: number("highWaterMark", options.highWaterMark, 1),
    maxEventBytes: number("maxEventBytes", options.maxEventBytes, 1),
    skipOversize: oneOf("onOversize", options.onOversize, ["stop", "skip"]) === "skip",
  };
}

function start(replay) {
  if (replay === undefined || replay === -1) return { start: "latest" };
  if (replay === -2) return { start: "earliest" };
  if (typeof replay === "string" && replay) return { startPosition: replay };
  throw misuse("bad-option", "replay is neither -1, -2 nor the text of a replay id");
}
