/**
 * An emulator of Zendesk Sell: the Firehose API with its 22 streams, the Sync API, the part of the Core API that makes changes,
 * and faults on command.
 *
 * Where the documentation is silent, this is what is done: the code of a 410 is `gone`; what has no code of its own is `invalid_param`
 * below 500 and `server_error` above; the hour of the rate limit begins with the first request; a page may be the top and have items; tags and custom
 * fields are embedded as lists; a session of the Sync API that is one too many is a 429.
 */
import { randomBytes } from "node:crypto";
import { Account } from "./firehose/account.js";
import { errorAnswer } from "./firehose/errors.js";
import { RESOURCES } from "./firehose/resources.js";
import { rest } from "./firehose/rest.js";
import { page } from "./firehose/stream.js";
import { Sync } from "./firehose/sync.js";
import { Refused, Service } from "./lib/service.js";

const HOUR = 3_600_000;
/** Rows that `fill` puts between two runs of other accounts' events, at most. */
const BLOCK = 1_000;

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
  "access-control-allow-headers": "Accept, Authorization, Content-Type, X-Basecrm-Device-UUID",
  "access-control-expose-headers": "X-Request-Id",
};

/** Starts it on loopback. `firehose.d.ts` describes options and result. */
export async function firehoseEmulator(options = {}) {
  const emulator = new Emulator(options);
  await emulator.start();
  return emulator;
}

class Emulator extends Service {
  cors = CORS;
  /** By token: its scopes. */
  #tokens;
  #account = new Account();
  #sync = new Sync(this.#account);
  #retention;
  #latency;
  #scan;
  #elsewhere;
  #random;
  #rateLimit;
  /** By token: `{ since, count }`. */
  #hours = new Map();

  constructor({
    tokens = ["token"], port, retention = 72 * HOUR, latency = 0, scan = 1_000, elsewhere = 0, random = Math.random, rateLimit = 36_000,
  }) {
    super(port);
    const named = tokens.map((one) => (typeof one === "string" ? { token: one } : one));
    this.#tokens = new Map(named.map(({ token, scopes = ["read", "write", "sync"] }) => [token, scopes]));
    this.#retention = retention;
    this.#latency = latency;
    this.#scan = scan;
    this.#elsewhere = elsewhere;
    this.#random = random;
    this.#rateLimit = rateLimit;
  }

  change(resource, fields, { cause = "interaction" } = {}) {
    known(resource);
    this.#othersPerhaps(resource);
    return this.#account.change(resource, fields, { cause, now: this.now });
  }

  remove(resource, id, { cause = "interaction" } = {}) {
    known(resource);
    this.#othersPerhaps(resource);
    return this.#account.remove(resource, id, { cause, now: this.now });
  }

  fill(resource, count) {
    known(resource);
    const block = this.#elsewhere > 0 ? BLOCK : count;
    for (let left = count; left > 0; left -= block) {
      this.#othersPerhaps(resource);
      this.#account.fill(resource, Math.min(left, block), this.now);
    }
  }

  repeat(resource, count = 1) {
    known(resource);
    this.#account.repeat(resource, count, this.now);
  }

  elsewhere(resource, count) {
    known(resource);
    this.#account.logs[resource].append({ length: count, time: this.now });
  }

  refusal(refused) {
    return errorAnswer(refused);
  }

  reply(call) {
    if (!call.headers["user-agent"]) throw new Refused(400, "User-Agent is required", { code: "invalid_user_agent" });
    const [version, resource] = call.segments;
    const isSync = version === "v2" && resource === "sync";
    const token = this.#admit(call, isSync ? "sync" : call.method === "GET" ? "read" : "write");
    const headers = { "content-type": "application/json; charset=utf-8", "x-request-id": randomBytes(16).toString("hex") };
    if (isStream(call)) return { status: 200, headers, body: this.#page(call, resource) };
    if (version !== "v2") throw new Refused(404, "There is no such resource", { code: "incorrect_path" });
    const asked = { ...call, body: call.body ? parsed(call.body) : undefined };
    const { status, result } = isSync ? this.#sync.reply(asked, token) : rest(asked, { account: this.#account, now: this.now });
    if (result !== undefined) return { status, headers, body: JSON.stringify(result) };
    /* Clients take a type for the promise of a body. */
    return { status, headers: { "x-request-id": headers["x-request-id"] } };
  }

  #page({ search, query, headers: { accept = "*/*" } }, resource) {
    if (!/application\/json|application\/\*|\*\/\*/i.test(accept)) {
      throw new Refused(400, "Accept does not take JSON", { code: "invalid_header", field: "/Accept" });
    }
    const log = this.#account.logs[resource];
    log.forget(this.now - this.#retention);
    return page({ log, resource, search, query, url: this.url, scan: this.#scan, until: this.now - this.#latency });
  }

  /** The request's token, if it may. */
  #admit({ headers }, scope) {
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
    const scopes = this.#tokens.get(token);
    if (!scopes) throw new Refused(401, "The access token is missing, wrong or expired");
    if (!scopes.includes(scope)) throw new Refused(403, `The access token has no scope "${scope}"`);
    const current = this.#hours.get(token);
    const hour = current && this.now - current.since < HOUR ? current : { since: this.now, count: 0 };
    this.#hours.set(token, hour);
    hour.count += 1;
    if (hour.count > this.#rateLimit) throw new Refused(429, "The rate limit is exceeded");
    return token;
  }

  /** Events of other accounts, some of which are more than one request gets past. */
  #othersPerhaps(resource) {
    if (this.#random() < this.#elsewhere) this.elsewhere(resource, 1 + Math.floor(this.#random() * 2 * this.#scan));
  }
}

function isStream({ method, segments: [version, resource, last, ...more] }) {
  return method === "GET" && version === "v3" && Object.hasOwn(RESOURCES, resource) && last === "stream" && more.length === 0;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, "The body is no JSON", { code: "invalid_payload" });
  }
}

function known(resource) {
  if (!Object.hasOwn(RESOURCES, resource)) throw new TypeError(`there is no resource ${resource}`);
}
