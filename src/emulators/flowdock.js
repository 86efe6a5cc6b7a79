/**
 * An emulator of Flowdock, the team chat whose service ended in 2023: its streaming API in both
 * formats, the part of its REST API that lists and posts messages, and faults on command.
 *
 * One record in eight of the JSON stream is written over several lines, which the documentation allows.
 * Where the documentation is silent, this is what is done: the event stream's ids name a place
 * among the messages of all flows; an id that names none is passed over; a flow that the user is
 * no member of is a 403, one that does not exist a 404.
 */
import { addressOf, allowOrigins, answer, answerError, BadRequest, flowFor, Refused, userOf } from "./flowdock/http.js";
import { Feed, FORMATS } from "./flowdock/feed.js";
import { Listener } from "./lib/listener.js";
import { rest } from "./flowdock/rest.js";
import { Workspace } from "./flowdock/workspace.js";

/** Starts it on loopback. `flowdock.d.ts` describes options and result. */
export async function flowdockEmulator({ streamPort = 0, apiPort = 0, ...options } = {}) {
  const emulator = new Emulator(options, { streamPort, apiPort });
  await emulator.start();
  return emulator;
}

class Emulator {
  requests = [];
  #workspace;
  #keepAlive;
  #maxLag;
  #stream;
  #api;
  #feeds = new Set();
  /** What the next requests get instead of an answer. */
  #refusal = null;

  constructor({ keepAlive = 30_000, maxLag = 1_000, ...options }, { streamPort, apiPort }) {
    this.#workspace = new Workspace(options);
    this.#keepAlive = keepAlive;
    this.#maxLag = maxLag;
    this.#stream = new Listener(streamPort, this.#serve("stream", (call) => this.#open(call)));
    this.#api = new Listener(apiPort, this.#serve("api", rest));
  }

  get streamUrl() {
    return this.#stream.url;
  }

  get apiUrl() {
    return this.#api.url;
  }

  get connections() {
    return this.#feeds.size;
  }

  post(flow, message) {
    const { user, ...fields } = typeof message === "string" ? { content: message } : message;
    return structuredClone(this.#workspace.post(this.#flow(flow), fields, user === undefined ? undefined : { id: user }));
  }

  messages(flow) {
    return structuredClone(this.#flow(flow).messages);
  }

  cut({ after = 0 } = {}) {
    for (const feed of this.#feeds) feed.cutAfter(after);
  }

  end() {
    for (const feed of this.#feeds) feed.end();
  }

  refuse({ status = 503, host, times = Infinity, retryAfter } = {}) {
    this.#refusal = { status, host, times, retryAfter };
  }

  accept() {
    this.#refusal = null;
  }

  async start() {
    await Promise.all([this.#stream.start(), this.#api.start()]);
  }

  async stop() {
    await Promise.all([this.#stream.stop(), this.#api.stop()]);
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  #flow(name) {
    const flow = this.#workspace.flow(name);
    if (!flow) throw new TypeError(`there is no flow ${name}`);
    return flow;
  }

  /** What a host does with a request; `answerTo` is for what nothing was wrong with. */
  #serve(host, answerTo) {
    return async (request, response) => {
      try {
        allowOrigins(request, response);
        if (request.method === "OPTIONS") {
          answer(response, 204);
          return;
        }
        const { segments, query } = addressOf(request);
        this.requests.push(shown(host, request, segments, query));
        if (this.#refuses(host, response)) return;
        const user = userOf(request, query, this.#workspace.users);
        await answerTo({ workspace: this.#workspace, user, request, response, segments, query });
      } catch (thrown) {
        answerError(response, thrown);
      }
    };
  }

  #refuses(host, response) {
    const refusal = this.#refusal;
    if (!refusal || refusal.times < 1 || (refusal.host ?? host) !== host) return false;
    refusal.times -= 1;
    const headers = refusal.retryAfter === undefined ? {} : { "retry-after": String(refusal.retryAfter) };
    answer(response, refusal.status, { message: "Refused, as told" }, headers);
    return true;
  }

  /** A stream of the flows asked for. */
  #open({ workspace, user, request, response, segments, query }) {
    if (request.method !== "GET") throw new Refused(404, "Not found");
    const flows = flowNames(segments, query).map((name) => flowFor(workspace, user, name));
    const wantsPrivate = query.get("user") === "1";
    if (flows.length === 0 && !wantsPrivate) throw new BadRequest("Either filter or user needs to be set");
    const isWanted = ({ flow, between }) =>
      flow ? flows.includes(flow) : wantsPrivate && between.includes(String(user.id));

    const type = typeOf(query.get("accept") ?? request.headers.accept ?? "");
    const lastEventId = type === "text/event-stream" ? request.headers["last-event-id"] : undefined;
    const backlog = workspace.since(lastEventId ?? "").filter(isWanted);
    response.writeHead(200, { "content-type": type, "cache-control": "no-cache", "flowdock-user": String(user.id) });
    response.flushHeaders();
    const feed = new Feed({ response, format: FORMATS[type], backlog, maxLag: this.#maxLag, keepAlive: this.#keepAlive });
    this.#feeds.add(feed);
    const stopListening = workspace.listen((record) => isWanted(record) && feed.push(record));
    response.on("close", () => {
      stopListening();
      this.#feeds.delete(feed);
    });
    const active = query.get("active");
    if (active !== "true" && active !== "idle") return;
    for (const flow of flows) workspace.showActive(flow, user, active === "idle");
  }
}

/** A request as tests want to see it; its token is nobody's business. */
function shown(host, { method, headers }, segments, query) {
  const asked = Object.fromEntries([...query].filter(([name]) => name !== "access_token"));
  const lastEventId = headers["last-event-id"] ?? null;
  return { at: Date.now(), host, method, path: `/${segments.join("/")}`, query: asked, lastEventId };
}

/** From `/flows?filter=…`, or `/flows/:organization/:flow`. */
function flowNames([root, ...rest], query) {
  if (root !== "flows" || (rest.length !== 0 && rest.length !== 2)) throw new Refused(404, "Not found");
  return rest.length === 2 ? [rest.join("/")] : (query.get("filter")?.split(",").filter(Boolean) ?? []);
}

function typeOf(accepted) {
  return accepted.includes("text/event-stream") ? "text/event-stream" : "application/json";
}
