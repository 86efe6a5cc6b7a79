/** What emulators of services that answer one request at a time share: an address, faults, a clock, and a list of what was asked. */
import { setTimeout as sleep } from "node:timers/promises";
import { Listener } from "./listener.js";

/** A request that is answered with an error; `more` is what the service tells besides. */
export class Refused extends Error {
  constructor(status, message, more = {}) {
    super(message);
    this.status = status;
    this.more = more;
  }
}

/**
 * The base of an emulator, which says what the answers are: `reply(call)` gives one, or throws `Refused`, and `refusal(refused, call)`
 * makes one of that; `cors` are the headers that let pages in. An answer is `{ status, headers, body }`, with a text for a body.
 */
export class Service {
  requests = [];
  #listener;
  #faults = [];
  /** How far the clock is ahead of the machine's. */
  #ahead = 0;

  constructor(port = 0) {
    this.#listener = new Listener(port, (request, response) => this.#serve(request, response));
  }

  get url() {
    return this.#listener.url;
  }

  get now() {
    return Date.now() + this.#ahead;
  }

  advance(duration) {
    if (!(duration >= 0)) throw new TypeError("the clock does not go back");
    this.#ahead += duration;
  }

  refuse({ status = 503, times = Infinity, retryAfter, path, more } = {}) {
    this.#plan("refuse", { times, path, status, retryAfter, more });
  }

  cut({ after = 0, times = 1, path } = {}) {
    this.#plan("cut", { times, path, after });
  }

  truncate({ after, times = 1, path } = {}) {
    this.#plan("truncate", { times, path, after });
  }

  html({ times = 1, path } = {}) {
    this.#plan("html", { times, path });
  }

  delay({ duration, times = Infinity, path }) {
    this.#plan("delay", { times, path, duration });
  }

  accept() {
    this.#faults = [];
  }

  async start() {
    await this.#listener.start();
  }

  async stop() {
    await this.#listener.stop();
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  #plan(kind, { times, path = "", ...how }) {
    this.#faults.push({ kind, times, path, ...how });
  }

  /** The fault of a kind that this request meets, if any. */
  #fault(kind, path) {
    const fault = this.#faults.find((one) => one.kind === kind && path.startsWith(one.path));
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times < 1) this.#faults = this.#faults.filter((one) => one !== fault);
    return fault;
  }

  async #serve(request, response) {
    if (request.method === "OPTIONS") {
      response.writeHead(204, this.cors).end();
      return;
    }
    const call = callOf(request);
    const { method, path, query, headers } = call;
    const { authorization, ...shown } = headers;
    const entry = { at: this.now, method, path, query: Object.fromEntries(query), headers: shown, status: null };
    this.requests.push(entry);
    const { duration } = this.#fault("delay", path) ?? {};
    if (duration !== undefined) await sleep(duration, undefined, { ref: false });
    if (response.destroyed) return;
    const answer = await this.#answer(call, request);
    entry.status = answer.status;
    if (call.body) entry.body = call.body;
    this.#send(response, answer, path);
  }

  async #answer(call, request) {
    try {
      const refusal = this.#fault("refuse", call.path);
      if (refusal) {
        const { headers, ...answer } = this.refusal(new Refused(refusal.status, "Refused, as told", refusal.more), call);
        const { retryAfter } = refusal;
        return { ...answer, headers: retryAfter === undefined ? headers : { ...headers, "retry-after": String(retryAfter) } };
      }
      if (request.method !== "GET") call.body = await textOf(request);
      return this.reply(call);
    } catch (thrown) {
      return this.refusal(thrown instanceof Refused ? thrown : new Refused(500, thrown.message), call);
    }
  }

  #send(response, answer, path) {
    const { status, headers, body } = this.#fault("html", path) ? PORTAL : answer;
    if (body === undefined) {
      response.writeHead(status, { ...this.cors, ...headers }).end();
      return;
    }
    const whole = Buffer.from(body);
    const truncation = this.#fault("truncate", path);
    const bytes = truncation ? whole.subarray(0, truncation.after ?? whole.length >> 1) : whole;
    response.writeHead(status, { ...this.cors, ...headers, "content-length": bytes.length });
    const cut = this.#fault("cut", path);
    if (!cut) {
      response.end(bytes);
      return;
    }
    response.flushHeaders();
    /* The callback comes when the system has taken the bytes. */
    response.write(bytes.subarray(0, cut.after), () => response.destroy());
  }
}

/** What somebody between the two says in the place of the service. */
const PORTAL = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: "<!doctype html>\n<title>Welcome</title>\n<p>Please accept the terms of this network.\n",
};

function callOf({ method, url, headers }) {
  /* Not by a base: a path that begins with two slashes would be taken for a host. */
  const { pathname, search, searchParams } = new URL(`http://service${url}`);
  return { method, path: pathname, segments: pathname.split("/").slice(1).map(decoded), search, query: searchParams, headers };
}

function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function textOf(request) {
  request.setEncoding("utf8");
  let text = "";
  for await (const part of request) text += part;
  return text;
}
