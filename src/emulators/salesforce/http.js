/** What all endpoints share: bodies, answers, cookies, and who may ask from where. */

/** Ends a request with a whole response. */
export class Refused extends Error {
  constructor(http) {
    super(`refused with status ${http.status}`);
    this.http = http;
  }
}

/** A request's body; one that is too large is given up with what `tooLarge` says. */
export async function bodyOf(request, { limit = Infinity, tooLarge } = {}) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    /* It is read to its end, so that the client reads the answer. */
    if (length <= limit) parts.push(part);
  }
  if (length > limit) throw new Refused(tooLarge);
  return Buffer.concat(parts).toString("utf8");
}

/**
 * Answers with a text; `cut` is the number of its bytes behind which the connection breaks.
 */
export function send(response, { status = 200, type = JSON_TYPE, headers = {}, body = "" }, cut) {
  const bytes = Buffer.from(body);
  response.writeHead(status, { "content-type": type, "content-length": bytes.length, "cache-control": "no-cache, no-store", ...headers });
  if (cut === undefined || cut >= bytes.length) {
    response.end(bytes);
    return;
  }
  response.flushHeaders();
  /* The callback comes when the system has taken the bytes. */
  if (cut === 0) setImmediate(() => response.destroy());
  else response.write(bytes.subarray(0, cut), () => response.destroy());
}

export const sendJson = (response, value, status = 200) => send(response, { status, body: JSON.stringify(value) });

/** The cookies of a request; the first of a name counts, which is the one with the longest path. */
export function cookiesOf({ headers }) {
  const cookies = {};
  for (const pair of (headers.cookie ?? "").split(/; */)) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (name !== undefined) cookies[name] ??= value;
  }
  return cookies;
}

/** Lets pages of other origins in; true where that was all that the request wanted to know. */
export function allowOrigin({ headers, method }, response) {
  if (headers.origin !== undefined) {
    response.setHeader("access-control-allow-origin", headers.origin);
    response.setHeader("access-control-allow-credentials", "true");
    response.setHeader("vary", "Origin");
  }
  if (method !== "OPTIONS") return false;
  response.setHeader("access-control-allow-methods", "GET, POST");
  response.setHeader("access-control-allow-headers", "Authorization, Content-Type");
  response.writeHead(204).end();
  return true;
}

const JSON_TYPE = "application/json;charset=UTF-8";
