/**
 * An emulator of HubSpot's CRM objects: lists, searches with all their limits, an index that is behind,
 * and faults on command.
 *
 * Where the documentation is silent, this is what is done: lists are in the order of ids; objects with one
 * value are sorted differently by two replicas that answer searches in turn; filters and sorts by a property
 * that no object ever had are a 400; a page that would reach beyond 10,000 results is one too; a request that
 * is refused for a limit does not count; pages of any origin may ask.
 */
import { answerOf, expired, invalid, unauthorized } from "./hubspot/errors.js";
import { Limits } from "./hubspot/limits.js";
import { Objects } from "./hubspot/objects.js";
import { checkScope, routeOf } from "./hubspot/rest.js";
import { Refused, Service } from "./lib/service.js";

const EXPOSED = [
  ...["Max", "Remaining", "Interval-Milliseconds", "Daily", "Daily-Remaining"].map((name) => `X-HubSpot-RateLimit-${name}`),
  ...["Date", "Retry-After"],
];

/** Starts it on loopback. `hubspot.d.ts` describes options and result. */
export async function hubspotEmulator(options) {
  const emulator = new Emulator(options);
  await emulator.start();
  return emulator;
}

class Emulator extends Service {
  cors = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, PATCH, DELETE",
    "access-control-allow-headers": "Authorization, Content-Type",
    "access-control-expose-headers": EXPOSED.join(", "),
  };
  #tokens = new Map();
  #objects;
  #limits;
  #searches = 0;

  constructor({
    port = 0,
    tokens = ["token"],
    objects = ["contacts", "companies", "deals", "tickets"],
    indexDelay = 0,
    rates = {},
    retryAfter = false,
    dayBegins = 0,
  } = {}) {
    super(port);
    const delay = typeof indexDelay === "function" ? indexDelay : () => indexDelay;
    this.#objects = new Map(objects.map((type) => [type, new Objects(type, delay)]));
    this.#limits = new Limits(rates, { dayBegins, saysWhen: retryAfter });
    for (const token of tokens) this.grant(token);
  }

  grant(token) {
    const { token: text, ...rest } = typeof token === "string" ? { token } : token;
    this.#tokens.set(text, { expires: Infinity, ...rest });
  }

  expire(token) {
    this.#tokens.get(token).expires = this.now;
  }

  create(type, properties = {}) {
    return structuredClone(this.#of(type).create(properties, this.now));
  }

  createMany(type, count, propertiesOf = () => ({})) {
    const { now } = this;
    for (let n = 0; n < count; n += 1) this.#of(type).create(propertiesOf(n), now);
  }

  update(type, id, properties) {
    return structuredClone(this.#of(type).update(this.#present(type, id), properties, this.now));
  }

  updateAll(type, properties) {
    const { now } = this;
    const present = this.#of(type).all().filter(({ archived }) => !archived);
    for (const object of present) this.#of(type).update(object, properties, now);
  }

  archive(type, id) {
    return structuredClone(this.#of(type).archive(this.#present(type, id), this.now));
  }

  objects(type) {
    return structuredClone(this.#of(type).all());
  }

  refuse({ policy, ...how } = {}) {
    super.refuse(policy === undefined ? how : { ...how, status: 429, more: { errorType: "RATE_LIMIT", policyName: policy } });
  }

  reply(call) {
    const { now } = this;
    const token = this.#tokenOf(call.headers, now);
    const route = routeOf(call);
    const objects = this.#objects.get(route.type);
    if (!objects) throw invalid(`Unable to infer object type from: ${route.type}`);
    checkScope(route, call, token);
    this.#limits.count(route.isSearch, now);
    if (route.isSearch) this.#searches += 1;
    const { status = 200, result } = route.answerTo({ ...call, objects, id: route.id, url: this.url + call.path + call.search, now, replica: this.#searches % 2 });
    return {
      status,
      headers: { "content-type": "application/json; charset=utf-8", date: new Date(now).toUTCString(), ...this.#limits.headers(route.isSearch, token.kind === "oauth", now) },
      body: result && JSON.stringify(result),
    };
  }

  refusal(refused) {
    const { headers, ...answer } = answerOf(refused);
    return { ...answer, headers: { ...headers, date: new Date(this.now).toUTCString() } };
  }

  #tokenOf(headers, now) {
    const [, text] = /^Bearer (.*)$/i.exec(headers.authorization ?? "") ?? [];
    if (text === undefined) throw unauthorized();
    if (!/^[\w.-]+$/.test(text)) throw new Refused(530, "error code: 1016");
    const token = this.#tokens.get(text);
    if (!token) throw unauthorized();
    if (now >= token.expires) throw expired(Math.floor((now - token.expires) / 1000));
    return token;
  }

  #of(type) {
    const objects = this.#objects.get(type);
    if (!objects) throw new TypeError(`there are no ${type}`);
    return objects;
  }

  #present(type, id) {
    const object = this.#of(type).get(id);
    if (!object || object.archived) throw new TypeError(`of ${type}, there is no ${id}`);
    return object;
  }
}
