// A stand-in for CouchDB 3, as far as `_changes` goes: sequences, feeds, heartbeats, timeouts and refusals as it has
// them, on loopback. And what stands in between: proxies that hold responses back, and cuts.

import { createServer } from "node:http";
import { Database } from "./database.mjs";
import { FORMS, Feed } from "./feed.mjs";

const FILTERS = { "app/none": () => false, "app/odd": ({ id }) => Number(/\d+/.exec(id)) % 2 === 1 };

/** Starts one with a database called `db`; it ends with the test `t`, if there is one. */
export async function couch(t, options) {
  const server = new CouchServer(options);
  await server.start();
  t?.after(() => server.stop());
  return server;
}

class CouchServer {
  database = new Database(1_700_000_000);
  /** What was asked of `_changes`: the feed, and the other parameters. */
  requests = [];
  /** Feeds that are refused, as a server that does not know them does. */
  refused = new Set();
  /** Feeds whose responses arrive as a whole, at their end, as behind some proxies. */
  held = new Set();
  #timeout;
  #live = new Set();
  /** After how many bytes the next response is cut. */
  #cutNext = Infinity;
  #sockets = new Set();
  #server;
  #port = 0;

  /** @param timeout the longest that a feed waits for changes without heartbeats (`changes_timeout`) */
  constructor({ timeout = 60_000 } = {}) {
    this.#timeout = timeout;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/db`;
  }

  /** The feeds asked for, in order. */
  get feeds() {
    return this.requests.map(({ feed }) => feed);
  }

  /** How many responses wait for changes. */
  get open() {
    return this.#live.size;
  }

  async start() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise((resolve) => this.#server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = this.#server.address().port;
  }

  stop() {
    for (const live of [...this.#live]) live.stop();
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  write(id, more) {
    const rev = this.database.write(id, more);
    for (const live of [...this.#live]) live.flow();
    return rev;
  }

  /** Drops the database and makes another one under its name. */
  recreate() {
    this.database = new Database(this.database.created + 60);
    for (const live of [...this.#live]) live.end();
  }

  /** Ends what is open as a shutdown of the source does. */
  endAll() {
    for (const live of [...this.#live]) live.end();
  }

  /** Resets each connection that sends changes, or the next one that does, once so many more bytes have gone out. */
  cut({ after = 0 } = {}) {
    if (this.#live.size === 0) this.#cutNext = after;
    for (const live of [...this.#live]) live.cut(after);
  }

  #answer(request, response) {
    const url = new URL(request.url, this.url);
    /* As where all origins are allowed, in its section `cors`. */
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "content-type, if-none-match, last-event-id");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      if (url.pathname === "/db") return this.#describe(response);
      if (url.pathname !== "/db/_changes") return refuse(response, 404, "not_found", "Database does not exist.");
      if (!["GET", "POST"].includes(request.method)) return refuse(response, 405, "method_not_allowed", "Only GET,POST allowed");
      return this.#changes(request, response, url.searchParams, body);
    });
  }

  #describe(response) {
    const { database } = this;
    const info = { db_name: "db", update_seq: database.seq(database.end), doc_count: database.documents, instance_start_time: String(database.created) };
    response.writeHead(200, { "content-type": "application/json" }).end(`${JSON.stringify(info)}\n`);
  }

  #changes(request, response, query, body) {
    const feed = query.get("feed") ?? "normal";
    this.requests.push({ ...Object.fromEntries(query), feed, body, validator: request.headers["if-none-match"] });
    if (!FORMS[feed] || this.refused.has(feed)) return refuse(response, 400, "bad_request", "Supported `feed` types: normal, continuous, live, longpoll, eventsource");
    const limit = query.has("limit") ? Number(query.get("limit")) : Infinity;
    if (Number.isNaN(limit)) return refuse(response, 500, "badarg", "unknown error");
    const header = feed === "eventsource" ? request.headers["last-event-id"] : undefined;
    const since = header?.replace(/^"|"$/g, "") ?? query.get("last-event-id") ?? query.get("since") ?? "0";
    const { database } = this;
    const vector = since === "0" ? database.beginning : since === "now" ? database.end : database.vector(since);
    if (!vector) return refuse(response, 400, "bad_request", "Malformed sequence supplied in 'since' parameter.");
    const tag = `"${database.seq(database.end)}"`;
    /* It names the state of the database, whatever was asked for. */
    if (feed === "normal" && request.headers["if-none-match"] === tag) return response.writeHead(304).end();
    const asked = { limit, interval: Number(query.get("seq_interval") ?? 1), docs: query.get("include_docs") === "true" };
    const own = new Feed(database, asked, vector, keeps(query.get("filter"), body));
    const form = FORMS[feed]();
    response.writeHead(200, { "content-type": form.type, ...(feed === "normal" && { etag: tag }) });
    const live = new Live(own, form, response, { isHeld: this.held.has(feed), live: this.#live, waits: WAITS[feed] });
    const beat = query.get("heartbeat");
    live.wait(beat === "true" ? 60_000 : Number(beat ?? 0), Math.min(Number(query.get("timeout") ?? this.#timeout), this.#timeout));
    if (this.#cutNext < Infinity) live.cut(this.#cutNext);
    this.#cutNext = Infinity;
    return live.flow();
  }
}

/** Which feeds wait for changes: never, for the first ones, or for ever. */
const WAITS = { normal: "never", longpoll: "first", continuous: "ever", eventsource: "ever" };

/** For bytes to send, in milliseconds. */
const PATIENCE = 500;

/** A response that is being sent. */
class Live {
  /** How many more bytes go out. */
  #left = Infinity;
  #feed;
  #form;
  #response;
  #isHeld;
  #all;
  #waits;
  #timers = [];
  #back = "";
  #isOver = false;

  constructor(feed, form, response, { isHeld, live, waits }) {
    this.#feed = feed;
    this.#form = form;
    this.#response = response;
    this.#isHeld = isHeld;
    this.#all = live;
    this.#waits = waits;
    live.add(this);
    response.on("close", () => this.stop());
    if (!isHeld) response.flushHeaders();
    this.#write(form.begin);
  }

  /** Heartbeats overrule the timeout. */
  wait(beat, timeout) {
    if (beat > 0) this.#timers.push(setInterval(() => this.#write(this.#form.beat), beat));
    else this.#timers.push(setTimeout(() => this.end(), timeout));
  }

  /** Sends what there is. */
  flow() {
    if (this.#isOver) return;
    let rows = "";
    for (const row of this.#feed.rows()) {
      rows += this.#form.row(row);
    }
    this.#write(rows);
    const isAnswered = this.#waits === "never" || (this.#waits === "first" && rows !== "");
    if (isAnswered || this.#feed.isFull) this.end();
  }

  /** Resets the connection once so many more bytes have gone out, or soon, where there are not so many to send. */
  cut(after) {
    this.#left = after;
    if (after === 0) this.#reset();
    else this.#timers.push(setTimeout(() => this.#reset(), PATIENCE));
  }

  end() {
    this.#write(this.#form.end(this.#feed));
    if (this.#isOver) return;
    this.stop();
    this.#response.end(this.#back);
  }

  stop() {
    this.#isOver = true;
    this.#timers.forEach(clearInterval);
    this.#all.delete(this);
  }

  #write(text) {
    if (text === "" || this.#isOver) return;
    if (this.#isHeld) {
      this.#back += text;
      return;
    }
    const bytes = Buffer.from(text).subarray(0, this.#left);
    this.#left -= bytes.length;
    this.#response.write(bytes);
    if (this.#left === 0) this.#reset();
  }

  #reset() {
    this.stop();
    /* What was written is to arrive. */
    setImmediate(() => this.#response.socket?.destroy());
  }
}

function keeps(filter, body) {
  if (filter === "_doc_ids") return ({ id }) => JSON.parse(body).doc_ids.includes(id);
  if (filter === "_selector") {
    const wanted = Object.entries(JSON.parse(body).selector);
    return ({ id, text }) => {
      const doc = { _id: id, ...JSON.parse(`{${text}}`) };
      return wanted.every(([name, value]) => doc[name] === value);
    };
  }
  return FILTERS[filter] ?? (() => true);
}

function refuse(response, status, error, reason) {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify({ error, reason })}\n`);
}
