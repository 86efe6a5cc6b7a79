/** Salesforce Streaming: a Bayeux client that knows the service's addresses, places, and manners. */
import { bayeux } from "brookmark";
import { base, kind, misuse } from "./checks.js";
import { merged, queued } from "./salesforce-iterate.js";

/** Behind which a client without an opinion is not surprised by payloads of another form. */
const VERSION = "60.0";

/** Milliseconds to stay away where the service, or a limit of the org's, has no room: it counts in minutes and days. */
const BUSY_WAIT = 120_000;

/** Follows channels of an org. */
export function salesforce(options) {
  return new Salesforce(Object(options));
}

class Salesforce {
  #client;
  /** What streams get where they are not told otherwise. */
  #defaults;
  #bookmark;
  #onError;
  /** Streams that are iterated, and who waits for another one. */
  #streams = new Set();
  #added = new Set();

  constructor({ auth: login, version = VERSION, channels = [], busyWait = BUSY_WAIT, bookmark, ...own }) {
    const { replay = -1, store, onEvent, onGap, onHandlerError, ...client } = own;
    check(login, version, busyWait, bookmark);
    /* Not every runtime has the symbol. And not on the prototype: no bundler could leave such a class out, nor what it needs. */
    if (Symbol.asyncDispose) Object.defineProperty(this, Symbol.asyncDispose, { value: this.close });
    const wanted = listed(channels);
    const address = new Address(login, version, client.fetch);
    this.#bookmark = bookmark;
    this.#defaults = given({ replay, store, onEvent, onGap, onHandlerError });
    this.#onError = client.onError;
    const { source = "salesforce:" } = login;
    this.#client = bayeux(
      "https://login.salesforce.com/cometd",
      { ...client, auth: address.auth, webSocket: false },
      { identity: source, busyWait, locate: () => address.url },
    );
    try {
      for (const [channel, more] of wanted) this.subscribe(channel, more);
    } catch (thrown) {
      /* Nobody has it who could. */
      void this.close();
      throw thrown;
    }
  }

  get state() {
    return this.#client.state;
  }

  get closed() {
    return this.#client.closed;
  }

  stats() {
    return this.#client.stats();
  }

  subscribe(channel, options = {}) {
    const bookmark = this.#bookmark === undefined ? undefined : `${this.#bookmark} ${channel}`;
    const all = { ...this.#defaults, ...given({ bookmark }), ...given(options) };
    const stream = this.#client.subscribe(channel, all);
    /* Whoever has nothing to hear of them learns it from the stream itself, as from any. */
    if (this.#onError) stream.addEventListener("error", ({ detail }) => this.#onError(detail));
    if (all.onEvent === undefined) {
      this.#sweep();
      this.#streams.add(stream);
      for (const add of this.#added) add(stream);
    }
    return stream;
  }

  /** The events of all streams that have no handler, in the order in which they come. */
  events() {
    this.#sweep();
    return merged({ streams: this.#streams, added: this.#added, client: this.#client, isHeard: Boolean(this.#onError) });
  }

  /** All messages, the protocol's own too, as they come in. They are looked at only: no place moves by it. */
  messages() {
    return queued(this.#client);
  }

  publish(channel, data) {
    return this.#client.publish(channel, data);
  }

  on(pattern, listener) {
    return this.#client.on(pattern, listener);
  }

  addEventListener(...args) {
    this.#client.addEventListener(...args);
  }

  removeEventListener(...args) {
    this.#client.removeEventListener(...args);
  }

  stop() {
    return this.#client.close();
  }

  close() {
    return this.#client.close();
  }

  #sweep() {
    for (const stream of this.#streams) if (stream.state === "closed") this.#streams.delete(stream);
  }
}

/** Where the service is: known with each token, and another one after an org has moved. */
class Address {
  #login;
  #version;
  #fetch;
  /** The newest version, by instance. */
  #newest = new Map();
  url;

  constructor(login, version, fetch = (url, init) => globalThis.fetch(url, init)) {
    this.#login = login;
    this.#version = version;
    this.#fetch = fetch;
  }

  auth = async (info) => {
    const token = await this.#login.auth(info);
    const instance = base("instanceUrl", await this.#login.instanceUrl());
    const version = this.#version === "latest" ? await this.#discovered(instance) : this.#version;
    this.url = `${instance}/cometd/${version}`;
    return token;
  };

  async #discovered(instance) {
    if (!this.#newest.has(instance)) this.#newest.set(instance, await newest(this.#fetch, instance));
    return this.#newest.get(instance);
  }
}

/** The service lists its versions to everybody. */
async function newest(fetch, instance) {
  const response = await fetch(`${instance}/services/data/`, { headers: { accept: "application/json" } });
  const listed = response.ok ? await response.json() : [];
  const versions = Array.isArray(listed) ? listed.map(({ version }) => version) : [];
  const known = versions.filter((version) => /^\d+\.\d+$/.test(version)).sort((a, b) => a - b);
  if (known.length === 0) throw new TypeError(`/services/data/ answered with status ${response.status} and no list of versions`);
  return known.at(-1);
}

function check(login, version, busyWait, bookmark) {
  if (typeof login?.auth !== "function" || typeof login.instanceUrl !== "function") {
    throw misuse("auth is no login: one of oauth's, or an object with auth() and instanceUrl()");
  }
  if (version !== "latest" && !/^\d+\.\d+$/.test(version)) throw misuse('version is neither "latest" nor of the form "60.0"');
  if (!(Number.isFinite(busyWait) && busyWait >= 0)) throw misuse("busyWait is no number of milliseconds");
  kind("bookmark", bookmark, ["string"]);
}

/** Channels as `[channel, options]`. */
function listed(channels) {
  if (Array.isArray(channels)) return channels.map((channel) => [channel, {}]);
  if (typeof channels !== "object" || channels === null) throw misuse("channels is neither an array of names nor an object");
  return Object.entries(channels);
}

/** What is undefined is not said. */
function given(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
