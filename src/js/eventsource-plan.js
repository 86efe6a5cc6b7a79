/** What an `EventSource` is to do: from the constructor's arguments, or over a stream of one's own. */
import { fetchKnows, requestHeaders, sseSourceOptions, streamOptions } from "./options.js";
import { cancel } from "./shell/cancel.js";
import { defaultStore } from "./shell/store.js";

export class Plan {
  withCredentials = false;
  /** Whether the bytes are the application's own. */
  isStream = false;

  /**
   * @param url what the application sees
   * @param options the host's options, or null where nothing can be fetched from there
   * @param fields what differs
   */
  constructor(url, options, fields) {
    this.url = url;
    this.options = options && { ...options, standard: true };
    Object.assign(this, fields);
  }

  /** Gives back what was taken; it may be given back already. */
  release() {}
}

/** The plan for the arguments of the constructor. Throws as the standard says (HTML, 9.2.2). */
export function addressPlan(url, init) {
  const address = resolve(`${url}`);
  const given = dictionary(init);
  const withCredentials = Boolean(given.withCredentials);
  const isFetchable = FETCHABLE.includes(address.protocol);
  return new Plan(address.href, isFetchable ? fetching(address, given, withCredentials) : null, { withCredentials });
}

/** The plan for a stream of bytes. Throws a TypeError where it is none, or is read already. */
export function streamPlan(stream) {
  if (typeof stream?.getReader !== "function") throw new TypeError("fromReadableStream takes a ReadableStream");
  const reader = stream.getReader();
  const release = () => cancel(reader);
  const body = { getReader: () => reader, cancel: () => reader.cancel() };
  const response = { status: 200, headers: [["content-type", "text/event-stream"]], body };
  const options = { url: STREAM_URL, method: "GET", fetch: async () => response, init: {}, own: {} };
  return new Plan(STREAM_URL, options, { isStream: true, release });
}

const STREAM_URL = "about:event-stream";

/** Schemes that fetch can get events from; every other one fails at once. */
const FETCHABLE = ["http:", "https:", "data:", "blob:"];

function resolve(text) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    return new URL(text, base);
  } catch {
    throw new DOMException("the URL is not valid, or is relative where there is no page", "SyntaxError");
  }
}

function dictionary(init) {
  if (init === undefined || init === null) return {};
  if (typeof init !== "object" && typeof init !== "function") throw new TypeError("what is no object is no EventSourceInit");
  return init;
}

/** The host's options. A user name and password in the URL go into a header, since fetch refuses them there. */
function fetching(address, { headers, auth, method, body, fetch, bookmark, store }, withCredentials) {
  const { store: named, headers: kept } = streamOptions({ headers, auth, store });
  const include = { credentials: "include" };
  const given = { headers, auth, method, body, fetch, bookmark, ...(withCredentials && fetchKnows(include) && include) };
  const basic = credentials(address);
  const own = { headers: kept, auth };
  return {
    ...sseSourceOptions(address, given),
    store: named ?? (bookmark === undefined ? undefined : defaultStore().store),
    own: basic ? { headers: async (info) => [basic, ...(await requestHeaders(own, info))] } : own,
  };
}

/** Takes user name and password out of the URL, and makes a header of them (RFC 7617). */
function credentials(address) {
  const { username, password } = address;
  if (!username && !password) return null;
  address.username = "";
  address.password = "";
  const toBytes = (text) =>
    text.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return ["authorization", `Basic ${btoa(`${toBytes(username)}:${toBytes(password)}`)}`];
}
