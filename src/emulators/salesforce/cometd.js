/** The streaming endpoint: sessions, held connects, subscriptions, deliveries. */
import { BARE_DISCONNECT, ERRORS, failed } from "./errors.js";
import { Refused, bodyOf, send } from "./http.js";
import { kindOf, messagesOf, replayIdOf, shownId, shownMap } from "./messages.js";
import { browserCookie } from "./routing.js";
import { Session, newId } from "./session.js";

/** Milliseconds for which a connect is held, and within which the client has to be back. */
const HOLD = 110_000;
const PATIENCE = 40_000;
const DAY = 86_400_000;
/** Events in one answer, at most. */
const BATCH = 1_000;
const OLDEST_VERSION = 37;

export class Cometd {
  #clock;
  #bus;
  #accounts;
  #faults;
  #routing;
  #limits;
  #sessions = new Map();
  /** Ids of sessions that ended by an error, and the advice that their clients get. */
  #forgotten = new Map();
  /** Channels that somebody was subscribed to. */
  #subscribed = new Set();
  /** `{ at, count }` of the last 24 hours, and their sum. */
  #deliveries = [];
  #delivered = 0;

  constructor({ clock, bus, accounts, faults, routing, limits }) {
    this.#clock = clock;
    this.#bus = bus;
    this.#accounts = accounts;
    this.#faults = faults;
    this.#routing = routing;
    this.#limits = limits;
  }

  get sessions() {
    return [...this.#sessions.keys()].map((id) => this.#live(id)).filter(Boolean);
  }

  /** Answers a request; `version` is what its path says behind `/cometd/`. */
  async serve({ request, response, version, entry }) {
    if (request.method !== "POST") throw new Refused({ status: 405, type: "text/html;charset=UTF-8", headers: { allow: "POST" } });
    const text = await bodyOf(request, { limit: this.#limits.requestBytes, tooLarge: ERRORS["too-large"].http });
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) throw new Refused({ status: 400, type: "text/html;charset=UTF-8" });
    const messages = messagesOf(text);
    entry.messages = messages.map(shown);
    const route = this.#routing.of(request);
    const exchange = { response, version, entry, route, cookies: route.set, isAlone: messages.length === 1, kinds: messages.map(kindOf), connect: null };
    exchange.token = /^(?:Bearer|OAuth) +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    const replies = messages.flatMap((message) => this.#reply(message, exchange));
    if (exchange.connect) this.#connect(exchange, replies);
    else this.#send(exchange, replies);
  }

  /** Hands an event to the sessions that want it. */
  deliver(event) {
    for (const session of this.sessions) if (session.offer(event)) this.#flush(session);
  }

  /** A fault was ordered: what is held meets it at once. */
  wake() {
    for (const session of this.sessions) session.held?.meet();
  }

  /** Tokens were revoked: the service looks at those of held connects regularly. */
  check() {
    for (const session of this.sessions) session.held?.check();
  }

  /** Resets the connections of held connects. */
  reset() {
    for (const session of this.sessions) session.held?.reset();
  }

  /** Drops all sessions, as a load balancer does that sends clients elsewhere. */
  move({ advice, disconnect }) {
    for (const session of this.sessions) {
      this.#drop(session, disconnect ? "disconnect-unknown-client" : "unknown-client", advice);
    }
  }

  /** The replies to one message; a connect that may be held is left in `exchange.connect`. */
  #reply(message, exchange) {
    const kind = kindOf(message);
    const isAgain = kind === "subscribe" && [message.subscription].flat().some((name) => this.#subscribed.has(name));
    const fault = this.#faults.errorAt(isAgain ? [kind, "resubscribe"] : [kind]);
    if (fault?.http) throw new Refused(fault.http);
    const fail = (row, about, advice) => this.#fail(exchange, row, { kind, message, clientId: message.clientId, about: aboutOf(message, about), advice });
    if (fault && (fault.text ?? fault.reason) !== undefined) {
      if (fault.endsSession) this.#forget(message.clientId, fault.advice);
      return fail(fault, {}, fault.advice);
    }
    const replies = this.#handle(kind, message, exchange, fail);
    if (!fault) return replies;
    /* A disconnect without an error: the request succeeds, and the session is over. */
    this.#end(message.clientId ?? replies[0]?.clientId);
    if (!exchange.connect) return [...replies, BARE_DISCONNECT];
    exchange.connect = null;
    return [{ ...plain(message), clientId: message.clientId, successful: true }, BARE_DISCONNECT];
  }

  #handle(kind, message, exchange, fail) {
    const user = this.#accounts.bearer(exchange.token);
    if (user === undefined) return fail(ERRORS[exchange.token === undefined ? "authentication-required" : "authentication-invalid"]);
    if (kind === "handshake") return this.#handshake(user, message, exchange, fail);
    if (message.clientId === undefined) return fail(ERRORS["not-handshaken"]);
    const session = this.#live(message.clientId);
    const { browser, node } = exchange.route;
    if (session && browser === undefined) return fail(ERRORS["cookie-missing"]);
    if (!session || session.browser !== browser || session.node !== node) {
      return fail(ERRORS["unknown-client"], {}, this.#forgotten.get(message.clientId));
    }
    if (session.user !== user) return fail(ERRORS["user-mismatch"]);
    session.answeredAt = this.#clock.now;
    switch (kind) {
      case "connect":
        if (message.connectionType !== "long-polling") return fail(ERRORS["connection-type"]);
        exchange.connect = { session, message };
        return [];
      case "subscribe":
        return this.#subscribe(session, message, fail);
      case "unsubscribe":
        for (const name of [message.subscription].flat()) session.subscriptions.delete(name);
        return [{ ...plain(message), clientId: session.clientId, subscription: message.subscription, successful: true }];
      case "disconnect":
        session.held?.end();
        this.#end(session.clientId);
        return [{ ...plain(message), clientId: session.clientId, successful: true }];
      case "publish":
        return fail(ERRORS["publish-denied"]);
      default:
        return fail(ERRORS["unknown-channel"]);
    }
  }

  #handshake(user, message, { version, route, cookies }, fail) {
    const types = [message.supportedConnectionTypes ?? []].flat();
    if (version === undefined) return fail(ERRORS["version-missing"]);
    if (!(Number(version) >= OLDEST_VERSION)) return fail(ERRORS["version-unsupported"]);
    if (!types.includes("long-polling")) return fail(ERRORS["connection-type"], { connectionType: types.join() });
    const browser = route.browser ?? newId();
    /* One connection per browser: the older one is unknown from now on. */
    for (const session of this.sessions) if (session.browser === browser) this.#drop(session, "unknown-client");
    if (this.#sessions.size >= this.#limits.clients) return fail(ERRORS["concurrent-users"]);
    const session = new Session({ user, browser, node: route.node, now: this.#clock.now });
    this.#sessions.set(session.clientId, session);
    if (route.browser === undefined) cookies.push(browserCookie(browser));
    return [
      {
        ext: { replay: true, "payload.format": true },
        minimumVersion: "1.0",
        clientId: session.clientId,
        supportedConnectionTypes: ["long-polling"],
        ...plain(message),
        version: "1.0",
        successful: true,
      },
    ];
  }

  #subscribe(session, message, fail) {
    if (this.#isSpent()) return fail(ERRORS["daily-limit"]);
    const plans = [];
    for (const name of [message.subscription].flat()) {
      const plan = this.#plan(name, message.ext?.replay);
      if (plan.row !== undefined) return fail(ERRORS[plan.row], { ...plan, channel: String(name) });
      plans.push(plan);
    }
    for (const { subscription, backlog } of plans) {
      session.subscribe(subscription, backlog);
      this.#subscribed.add(subscription.name);
    }
    if (session.queue.length > 0) this.#flush(session);
    return [{ ...plain(message), clientId: session.clientId, subscription: message.subscription, successful: true }];
  }

  /** What to subscribe to, and with which events; or the `row` of what is wrong. */
  #plan(name, replay) {
    if (typeof name !== "string" || name === "") return { row: "channel-missing" };
    if (!name.startsWith("/")) return { row: "channel-slash" };
    const subscription = this.#bus.subscription(name);
    if (typeof subscription === "string") return { row: subscription };
    if (replay === null || typeof replay !== "object") return { subscription, backlog: [] };
    const { base } = subscription;
    if (!Object.hasOwn(replay, base)) return { row: "replay-not-in-map", replayMap: shownMap(replay) };
    const id = replayIdOf(replay[base]);
    const backlog = id === undefined ? undefined : this.#bus.since(id, subscription);
    return backlog ? { subscription, backlog } : { row: "replay-invalid", replayId: shownId(replay[base]) };
  }

  /** Answers a connect, or holds it. */
  #connect(exchange, replies) {
    const { session, message } = exchange.connect;
    const isFirst = !session.isConnected;
    session.isConnected = true;
    session.held?.supersede();
    const answer = (more) => {
      const told = isFirst || message.advice ? { advice: { interval: 0, timeout: HOLD, reconnect: "retry" } } : {};
      const reply = { clientId: session.clientId, ...told, ...plain(message), successful: true, ...more };
      const count = Math.min(session.queue.length, BATCH);
      if (count > 0 && this.#isSpent(count)) this.#send(exchange, [...replies, ...this.#failConnect(exchange, message, ERRORS["daily-limit"])]);
      else this.#send(exchange, [...replies, reply], this.#take(session, count));
    };
    const mayWait = exchange.isAlone && !isFirst && message.advice?.timeout !== 0;
    if (!mayWait || session.queue.length > 0) answer();
    else this.#hold(session, exchange, message, answer);
  }

  #hold(session, exchange, message, answer) {
    const close = () => {
      cancel();
      exchange.response.off("close", close);
      session.held = null;
      session.answeredAt = this.#clock.now;
    };
    const settle = (reply) => (...args) => {
      close();
      reply(...args);
    };
    const fail = settle((row, advice) => this.#send(exchange, this.#failConnect(exchange, message, row, advice)));
    const check = () => (this.#accounts.bearer(exchange.token) === undefined ? fail(ERRORS["authentication-invalid"]) : undefined);
    session.held = {
      answer: settle(answer),
      end: settle(() => answer({ advice: { reconnect: "none", interval: 0 } })),
      supersede: settle(() => send(exchange.response, { status: 500, type: "text/html;charset=UTF-8" })),
      reset: settle(() => exchange.response.destroy()),
      fail,
      check,
      meet: () => {
        const fault = this.#faults.errorAt(["connect"]);
        if (!fault) return;
        if (fault.endsSession) this.#forget(session.clientId, fault.advice);
        if (fault.http) settle(() => send(exchange.response, fault.http))();
        else if ((fault.text ?? fault.reason) !== undefined) fail(fault, fault.advice);
        else settle(() => this.#send(exchange, [{ ...plain(message), clientId: session.clientId, successful: true }, BARE_DISCONNECT]))();
      },
    };
    const cancel = this.#clock.after(HOLD, () => check() ?? session.held?.answer());
    exchange.response.on("close", close);
  }

  /** Answers the held connect with what is queued by then: what is published at once goes in one answer. */
  #flush(session) {
    if (!session.held || session.isFlushing) return;
    session.isFlushing = true;
    setImmediate(() => {
      session.isFlushing = false;
      if (session.queue.length > 0) session.held?.answer();
    });
  }

  #take(session, count) {
    if (count === 0) return [];
    this.#deliveries.push({ at: this.#clock.now, count });
    this.#delivered += count;
    return session.queue.splice(0, count);
  }

  /** Whether so many deliveries more are too many for these 24 hours. */
  #isSpent(count = 1) {
    while (this.#deliveries.length > 0 && this.#clock.now - this.#deliveries[0].at >= DAY) {
      this.#delivered -= this.#deliveries.shift().count;
    }
    return this.#delivered + count > this.#limits.deliveries;
  }

  #failConnect(exchange, message, row, advice) {
    return this.#fail(exchange, row, { kind: "connect", message, clientId: message.clientId, about: aboutOf(message), advice });
  }

  #fail({ entry }, row, how) {
    const replies = failed(row, how);
    entry.errors.push(...replies.flatMap(({ error }) => error ?? []));
    return replies;
  }

  #send({ response, cookies, kinds }, replies, events = []) {
    const body = `[${[...events, ...replies.map((reply) => JSON.stringify(reply))].join(",")}]`;
    const headers = cookies.length > 0 ? { "set-cookie": cookies } : {};
    send(response, { headers, body }, this.#faults.cutAt(kinds));
  }

  /** The session, unless its client was away for too long. */
  #live(clientId) {
    const session = this.#sessions.get(clientId);
    if (session && !session.held && this.#clock.now - session.answeredAt > PATIENCE) {
      this.#end(clientId);
      return undefined;
    }
    return session;
  }

  /** Forgets a session, and tells its client if that waits. */
  #drop(session, row, advice) {
    this.#forget(session.clientId, advice);
    session.held?.fail(ERRORS[row], advice);
  }

  /** Ends a session whose client does not know it, and will be advised so each time that it comes. */
  #forget(clientId, advice) {
    this.#forgotten.set(clientId, advice);
    this.#end(clientId);
  }

  #end(clientId) {
    this.#sessions.delete(clientId);
  }
}

/** What a reply repeats of its request. */
const plain = ({ channel, id }) => ({ channel, id });

function aboutOf({ subscription, connectionType, ext }, about = {}) {
  const channel = String([subscription].flat()[0] ?? "");
  const replayMap = shownMap(Object(ext?.replay ?? {}));
  const replayId = shownId(Object(ext?.replay ?? {})[channel.split("?")[0]] ?? "");
  return { channel, connectionType: String(connectionType), replayMap, replayId, ...about };
}

/** A message as tests want to see it: replay ids are texts. */
function shown({ ext, ...message }) {
  if (ext === undefined) return message;
  const isMap = typeof ext.replay === "object" && ext.replay !== null;
  const replay = isMap ? Object.fromEntries(Object.entries(ext.replay).map(([name, id]) => [name, shownId(id)])) : ext.replay;
  return { ...message, ext: { ...ext, replay } };
}
