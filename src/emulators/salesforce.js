/**
 * An emulator of Salesforce Streaming: OAuth, the streaming endpoint in the manner of CometD, events with replay,
 * and the service's errors on command. What it does is taken from the documentation and from what users saw.
 *
 * Where both are silent, this is what is done: events come with connects only, before the reply. The first connect of a
 * session is not held. Advice comes with handshakes and connects only. Replay ids grow over all channels, and an id is good
 * on a channel where an event has it. A delivery on a filtered or custom channel names the channel as it was subscribed to.
 * Patterns (`*`) and names of no known form are refused like channels that the user may not create. A second handshake with the
 * browser's cookie ends the first session. A second connect ends the one that is held with status 500.
 */
import { Accounts } from "./salesforce/accounts.js";
import { Bus } from "./salesforce/bus.js";
import { Clock } from "./salesforce/clock.js";
import { Cometd } from "./salesforce/cometd.js";
import { ERRORS } from "./salesforce/errors.js";
import { Faults } from "./salesforce/faults.js";
import { Refused, allowOrigin, send, sendJson } from "./salesforce/http.js";
import { giveToken, revokeToken } from "./salesforce/oauth.js";
import { Routing } from "./salesforce/routing.js";
import { Listener } from "./lib/listener.js";

const HOUR = 3_600_000;
const USERS = [{ username: "ada@example.com", password: "password", securityToken: "token" }];
const APPS = [{ clientId: "client-id", clientSecret: "client-secret", runAs: "ada@example.com" }];
const LIMITS = { clients: 2_000, deliveries: 1_000_000, requestBytes: 32_768 };
const VERSIONS = [37, 68];

/** The names of the errors that `fail` knows. */
export const salesforceErrors = Object.keys(ERRORS);

/** Starts it on loopback. `salesforce.d.ts` describes options and result. */
export async function salesforceEmulator(options = {}) {
  const emulator = new Emulator(options);
  await emulator.start();
  return emulator;
}

class Emulator {
  requests = [];
  #clock;
  #accounts;
  #bus;
  #cometd;
  #faults = new Faults();
  #login;
  #instance;
  #allowsPages;
  #rotates;

  constructor({
    loginPort = 0,
    instancePort = 0,
    users = USERS,
    apps = APPS,
    tokenLifetime = 2 * HOUR,
    rotateRefreshTokens = false,
    channels = {},
    replayIdsAbove = "1000",
    speed = 1,
    limits,
    allowPages = false,
  }) {
    this.#clock = new Clock(speed);
    this.#accounts = new Accounts(this.#clock, { users, apps, lifetime: tokenLifetime });
    this.#bus = new Bus(this.#clock, { channels, replayIdsAbove });
    const parts = { clock: this.#clock, bus: this.#bus, accounts: this.#accounts, faults: this.#faults };
    this.#cometd = new Cometd({ ...parts, routing: new Routing(this.#clock), limits: { ...LIMITS, ...limits } });
    this.#allowsPages = allowPages;
    this.#rotates = rotateRefreshTokens;
    this.#login = new Listener(loginPort, this.#serve("login"));
    this.#instance = new Listener(instancePort, this.#serve("instance"));
  }

  /* By name: some clients take no cookies from addresses. */
  get loginUrl() {
    return this.#login.url.replace("127.0.0.1", "localhost");
  }

  get instanceUrl() {
    return this.#instance.url.replace("127.0.0.1", "localhost");
  }

  get now() {
    return this.#clock.now;
  }

  get sessions() {
    return this.#cometd.sessions.map(({ clientId, user, subscriptions, queue, held }) => ({
      clientId,
      user,
      channels: [...subscriptions.keys()],
      queued: queue.length,
      isHeld: held !== null,
    }));
  }

  publish(channel, data, about = {}) {
    const event = this.#bus.publish(channel, data, about);
    this.#cometd.deliver(event);
    return String(event.id);
  }

  login(username = USERS[0].username) {
    return { accessToken: this.#accounts.accessToken(username), instanceUrl: this.instanceUrl };
  }

  refreshToken(username = USERS[0].username) {
    return this.#accounts.refreshToken(username);
  }

  advance(span) {
    this.#clock.advance(span);
  }

  fail(fault) {
    const outcome = this.#faults.fail(fault);
    this.#cometd.wake();
    return outcome;
  }

  cut({ after, ...how } = {}) {
    if (after === undefined) this.#cometd.reset();
    else this.#faults.cut({ after, ...how });
  }

  accept() {
    this.#faults.accept();
  }

  expireToken(token) {
    this.#accounts.revoke(token);
    this.#cometd.check();
  }

  expireReplay() {
    this.#bus.expire();
  }

  moveSession({ advice = "handshake", disconnect = false } = {}) {
    this.#cometd.move({ advice, disconnect });
  }

  async moveInstance() {
    await this.#instance.stop();
    this.moveSession();
    this.#instance = new Listener(0, this.#serve("instance"));
    await this.#instance.start();
  }

  async start() {
    await Promise.all([this.#login.start(), this.#instance.start()]);
  }

  async stop() {
    await Promise.all([this.#login.stop(), this.#instance.stop()]);
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  #serve(host) {
    return async (request, response) => {
      /* Not by a base: a path that begins with two slashes would be taken for a host. */
      const { pathname } = new URL(`http://salesforce${request.url}`);
      const entry = { at: this.now, host, method: request.method, path: pathname, status: null, errors: [] };
      this.requests.push(entry);
      response.on("finish", () => (entry.status = response.statusCode));
      try {
        await this.#answer({ request, response, host, path: pathname, entry });
      } catch (thrown) {
        if (response.headersSent || response.destroyed) response.destroy();
        else send(response, thrown instanceof Refused ? thrown.http : { status: 500, type: "text/plain", body: thrown.stack });
      }
    };
  }

  async #answer({ request, response, host, path, entry }) {
    const [, version] = /^\/cometd(?:\/(\d+\.\d))?\/?$/.exec(path) ?? [null];
    const isStreaming = host === "instance" && path.startsWith("/cometd");
    /* Pages of other origins may ask for tokens; streaming is not on the service's list. */
    if ((!isStreaming || this.#allowsPages) && allowOrigin(request, response)) return;
    if (isStreaming && version !== null) {
      await this.#cometd.serve({ request, response, version, entry });
      return;
    }
    const call = { request, response, accounts: this.#accounts, clock: this.#clock, faults: this.#faults, entry };
    const hosts = { loginUrl: this.loginUrl, instanceUrl: this.instanceUrl };
    switch (`${request.method} ${path.replace(/\/$/, "")}`) {
      case "POST /services/oauth2/token":
        await giveToken({ ...call, hosts, isMyDomain: host === "instance", rotates: this.#rotates });
        break;
      case "POST /services/oauth2/revoke":
        await revokeToken(call);
        this.#cometd.check();
        break;
      case "GET /services/data":
        sendJson(response, versions());
        break;
      default:
        sendJson(response, [{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }], 404);
    }
  }
}

function versions() {
  const [first, last] = VERSIONS;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const version = `${first + index}.0`;
    return { label: `Version ${version}`, url: `/services/data/v${version}`, version };
  });
}
