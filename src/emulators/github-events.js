/**
 * An emulator of GitHub's events API: its six kinds of feeds, conditional requests, both rate limits, late arrivals,
 * and faults on command.
 *
 * Where the documentation is silent, this is what is done: all events are public; a repository's network is itself; a user receives
 * what others do; one event in eight has a smaller id than the one before; the hour of the rate limit begins with the first request;
 * where the limit is exceeded, a conditional request is refused too.
 */
import { createHash, randomBytes } from "node:crypto";
import { Feeds } from "./github-events/feeds.js";
import { pageOf } from "./github-events/page.js";
import { Refused, Service } from "./lib/service.js";

const HOUR = 3_600_000;
const DOCUMENTATION = "https://docs.github.com/rest";
const FEEDS = [/^\/events$/, /^\/(repos|networks)\/[^/]+\/[^/]+\/events$/, /^\/(orgs|users)\/[^/]+\/events$/, /^\/users\/[^/]+\/received_events$/];

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, PATCH, PUT, DELETE",
  "access-control-allow-headers":
    "Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Encoding, " +
    "X-GitHub-OTP, X-Requested-With, User-Agent, GraphQL-Features",
  "access-control-expose-headers":
    "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Used, " +
    "X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, " +
    "X-GitHub-SSO, X-GitHub-Request-Id, Deprecation, Sunset",
};

/** What the service says to a status, where it was told no more. */
const MESSAGES = { 401: "Bad credentials", 404: "Not Found", 500: "Server Error", 502: "Server Error", 503: "Service unavailable" };

/** Starts it on loopback. `github-events.d.ts` describes options and result. */
export async function githubEventsEmulator(options = {}) {
  const emulator = new Emulator(options);
  await emulator.start();
  return emulator;
}

class Emulator extends Service {
  cors = CORS;
  pollInterval;
  #tokens;
  #feeds;
  #rateLimit;
  #anonymousRateLimit;
  #limitStatus;
  /** By token: `{ since, used }`. */
  #hours = new Map();

  constructor({
    tokens = ["token"], port, repos = ["acme/app"], pollInterval = 60, rateLimit = 5_000, anonymousRateLimit = 60, limitStatus = 403,
    firstId = "9999990000",
  }) {
    super(port);
    this.pollInterval = pollInterval;
    this.#tokens = new Set(tokens);
    this.#feeds = new Feeds({ repos, firstId });
    this.#rateLimit = rateLimit;
    this.#anonymousRateLimit = anonymousRateLimit;
    this.#limitStatus = limitStatus;
  }

  publish(event = {}, { late = 0 } = {}) {
    return this.#feeds.publish(event, { late, now: this.now });
  }

  limit({ status = 403, retryAfter, times = 1, path } = {}) {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    this.refuse({ status, retryAfter, times, path, more: { message } });
  }

  refusal({ status, message, more }) {
    const { headers = {}, ...told } = more;
    const said = { message: MESSAGES[status] ?? message, documentation_url: DOCUMENTATION, status: String(status), ...told };
    return { status, headers: { ...this.#headers(), ...headers }, body: JSON.stringify(said) };
  }

  reply({ method, path, segments, query, headers }) {
    if (!headers["user-agent"]) {
      const message = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
      throw new Refused(403, message);
    }
    const hour = this.#hourOf(headers.authorization);
    const quota = this.#quota(hour);
    if (hour.used >= hour.limit) {
      const headers = { ...quota, "x-ratelimit-used": String(hour.used) };
      throw new Refused(this.#limitStatus, "", { message: "API rate limit exceeded for user ID 1.", headers });
    }
    const name = method === "GET" && FEEDS.some((feed) => feed.test(path)) ? nameOf(segments) : undefined;
    const texts = name === undefined ? undefined : this.#feeds.texts(name, this.now);
    if (!texts) throw new Refused(404, "Not Found", { headers: this.#counted(hour) });
    const { body, link } = pageOf(texts, { url: this.url, path, query });
    const etag = `W/"${createHash("sha256").update(`${link} ${body}`).digest("hex")}"`;
    const common = { ...this.#headers(), etag, "x-poll-interval": String(this.pollInterval), ...(link && { link }) };
    if (isNamed(etag, headers["if-none-match"])) return { status: 304, headers: { ...common, ...quota } };
    return { status: 200, headers: { ...common, ...this.#counted(hour) }, body };
  }

  #headers() {
    return {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "public, max-age=60, s-maxage=60",
      date: new Date(this.now).toUTCString(),
      "x-github-media-type": "github.v3; format=json",
      "x-github-request-id": randomBytes(8).toString("hex").toUpperCase(),
    };
  }

  /** The hour of whoever asks. */
  #hourOf(authorization) {
    const token = /^(?:bearer|token) +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (authorization !== undefined && !this.#tokens.has(token)) throw new Refused(401, "Bad credentials");
    const current = this.#hours.get(token);
    if (current && this.now - current.since < HOUR) return current;
    const limit = token === undefined ? this.#anonymousRateLimit : this.#rateLimit;
    const hour = { since: this.now, used: 0, limit };
    this.#hours.set(token, hour);
    return hour;
  }

  #counted(hour) {
    hour.used += 1;
    return this.#quota(hour);
  }

  #quota({ since, used, limit }) {
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(limit - used),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(Math.ceil((since + HOUR) / 1_000)),
      "x-ratelimit-resource": "core",
    };
  }
}

/** A feed is called by its path, which ends in `events` for all but one kind. */
function nameOf(segments) {
  return segments.join("/").replace(/\/events$/, "");
}

/** Whether an If-None-Match names the tag; weakly, as it has to be compared. */
function isNamed(etag, wanted) {
  const opaque = (tag) => tag.trim().replace(/^W\//, "");
  return wanted !== undefined && (wanted.trim() === "*" || wanted.split(",").some((tag) => opaque(tag) === opaque(etag)));
}
