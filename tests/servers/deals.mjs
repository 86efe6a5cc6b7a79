/**
 * A real Server-Sent Events server on Node's http: numbered changes of CRM deals, and faults on
 * command. The demo page and the resume tests use it.
 *
 *   GET  /events    the stream. `Last-Event-ID: n` continues behind n, `earliest` begins at the
 *                   oldest event kept, no header means new events only. A position that is not
 *                   kept, or was never given out, is answered with 410 and `{ error, oldest }`.
 *   GET  /status    numbers, open connections, faults in force, requests seen
 *   POST /control   one command `{ "do": "cut", ... }` or an array of them; answers with the status
 *
 * Commands (also methods of the object that `startDeals` returns; arguments are JSON members):
 *
 *   cut { after }            destroy every open connection, now or when `after` more bytes have
 *                            been sent on it
 *   half                     send part of the next event, then cut
 *   stall { ms }             the connections now open fall silent, for `ms` or until `unstall`
 *   refuse { mode, ms, retryAfter }
 *                            answer new requests with 204, 302, 401, 404, 429, 500 or 503, with
 *                            `html` (a 200 that is no stream), or not at all (`down`: the listener
 *                            is closed); for `ms` or until `accept`. `retryAfter` becomes the header
 *   forget                   drop the history: the next event becomes the oldest kept
 *   burst { count }          emit events at once
 *   rate { perSecond }       emit this many events a second from now on
 *   repeat { count }         send the last events again on the open connections, under the same ids
 *   overlap { count }        begin the next resumed connection that many events too early
 *   retry { value }          send a `retry:` line
 *   garbage                  send malformed UTF-8 in a comment and in a field
 *   big { bytes }            emit one event with about that many bytes
 *
 * Events have numbers from 1 on, and event n is a function of n and `seed` alone. With `state`, a
 * file keeps the few numbers that are not; it is written before an event is sent, so a server that
 * was killed and started again neither renumbers an event nor forgets one that it should keep.
 *
 * On its own: `node deals.mjs [--port N] [--state FILE] [--seed N] [--rate N] [--keep N]
 * [--last N] [--heartbeat MS]`; it prints one line, `deals server on URL`, and to a parent with an
 * IPC channel also sends `{ url, port }`.
 */
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { fractions } from "./deals/events.mjs";
import { Feed } from "./deals/feed.mjs";
import { History } from "./deals/history.mjs";

const TICK = 20;
const REQUESTS_REMEMBERED = 1_000;
const REFUSALS = ["204", "302", "401", "404", "429", "500", "503", "html", "down"];

/**
 * Starts a server on 127.0.0.1.
 *
 * Options: `port` (0: a free one), `state` (file), `seed`, `rate` (events a second), `keep`
 * (retention, in events), `last` (no event after this number), `heartbeat` (ms of silence after
 * which a comment is sent).
 */
export async function startDeals({
  port = 0, state, seed = 1, rate = 5, keep = 1_000, last = Infinity, heartbeat = 2_000,
} = {}) {
  const history = new History({ state, seed, keep, last });
  const random = fractions(seed + Date.now());
  const feeds = new Set();
  const requests = [];
  let refusal = null;
  let reopening;
  let perSecond = rate;
  let overlap = 0;

  const commands = {
    cut({ after = 0 } = {}) {
      for (const feed of feeds) feed.cutAfter(count(after, "after"));
    },
    half() {
      for (const feed of feeds) feed.breakNext();
      emit(1);
    },
    stall({ ms = Infinity } = {}) {
      for (const feed of feeds) feed.stall(count(ms, "ms"));
    },
    unstall() {
      for (const feed of feeds) feed.unstall();
    },
    refuse({ mode = "503", ms = Infinity, retryAfter } = {}) {
      if (!REFUSALS.includes(String(mode))) throw new Error(`mode is one of ${REFUSALS.join(", ")}`);
      refusal = { mode: String(mode), until: Date.now() + count(ms, "ms"), retryAfter };
      if (refusal.mode === "down") goDown(ms);
    },
    async accept() {
      refusal = null;
      clearTimeout(reopening);
      if (!server.listening) await listen(server, port);
    },
    forget() {
      history.forget();
    },
    burst({ count: events = 10 } = {}) {
      emit(count(events, "count"));
    },
    rate({ perSecond: value } = {}) {
      perSecond = count(value, "perSecond");
    },
    repeat({ count: events = 5 } = {}) {
      for (const feed of feeds) feed.repeat(count(events, "count"));
    },
    overlap({ count: events = 5 } = {}) {
      overlap = count(events, "count");
    },
    retry({ value = 2_000 } = {}) {
      for (const feed of feeds) feed.inject(Buffer.from(`retry: ${value}\n\n`));
    },
    garbage() {
      const bad = Buffer.from([0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xe2, 0x82]);
      const bytes = Buffer.concat([
        Buffer.from(": "), bad, Buffer.from("\r\nx-"), bad, Buffer.from(": "), bad, Buffer.from("\n\n"),
      ]);
      for (const feed of feeds) feed.inject(bytes);
    },
    big({ bytes = 1_000_000 } = {}) {
      history.enlargeNext(count(bytes, "bytes"));
      emit(1);
    },
  };

  function emit(events) {
    if (!history.advance(events)) return;
    for (const feed of feeds) feed.nudge();
  }

  function goDown(ms) {
    server.close();
    for (const feed of feeds) feed.cutAfter(0);
    clearTimeout(reopening);
    if (ms !== Infinity) reopening = setTimeout(commands.accept, ms);
  }

  function status() {
    return {
      next: history.next, oldest: history.oldest, keep, perSecond,
      open: feeds.size,
      stalled: [...feeds].filter((feed) => feed.stalled).length,
      refusing: refusing()?.mode ?? null,
      requests,
    };
  }

  function refusing() {
    if (refusal && Date.now() >= refusal.until) refusal = null;
    return refusal;
  }

  async function control(request, response) {
    try {
      const body = JSON.parse(await readText(request));
      for (const { do: name, ...args } of [body].flat()) {
        if (!Object.hasOwn(commands, name)) {
          throw new Error(`"do" is one of ${Object.keys(commands).join(", ")}`);
        }
        await commands[name](args);
      }
      answer(response, 200, status());
    } catch (error) {
      answer(response, 400, { error: error.message });
    }
  }

  function events(request, response, mayRefuse) {
    // Node hands header bytes over as Latin-1; the ids of this server are digits, so nothing is lost.
    const lastEventId = request.headers["last-event-id"] ?? "";
    const refused = mayRefuse ? refusing() : null;
    const from = history.after(lastEventId);
    const code = refused ? (refused.mode === "html" ? 200 : Number(refused.mode)) : from === null ? 410 : 200;
    requests.push({ at: Date.now(), lastEventId, status: code, refused: refused?.mode ?? null });
    if (requests.length > REQUESTS_REMEMBERED) requests.shift();

    if (refused) return refuse(response, refused);
    if (from === null) return answer(response, 410, { error: "position-expired", oldest: history.oldest });

    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.flushHeaders();
    const next = lastEventId === "" ? from : Math.max(history.oldest, from - overlap);
    if (lastEventId !== "") overlap = 0;
    const feed = new Feed({ response, history, random, heartbeat, next });
    feeds.add(feed);
    response.on("close", () => {
      feeds.delete(feed);
      feed.nudge();
    });
    feed.run();
  }

  const server = createServer((request, response) => {
    // A connection made before the listener closed can still bring a request.
    if (!server.listening) return request.socket.destroy();
    // Not by `new URL(path, base)`: a path that begins with two slashes would be taken for a host.
    const { pathname } = new URL(`http://deals${request.url}`);
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-expose-headers", "Retry-After");
    if (request.method === "OPTIONS") {
      response.writeHead(204, {
        "access-control-allow-headers": "Last-Event-ID, Content-Type, Authorization, Cache-Control",
        "access-control-allow-methods": "GET, POST",
        "access-control-max-age": "600",
      });
      return response.end();
    }
    const route = `${request.method} ${pathname}`;
    if (route === "GET /events") events(request, response, true);
    else if (route === "GET /events/moved") events(request, response, false);
    else if (route === "GET /status") answer(response, 200, status());
    else if (route === "POST /control") control(request, response);
    else answer(response, 404, { error: `no ${route} here` });
  });

  // A whole clump is owed before any of it is sent: bursts occur, and the mean rate holds.
  let clump = 1;
  let owed = 0;
  let before = Date.now();
  const ticking = setInterval(() => {
    const now = Date.now();
    owed += (perSecond * (now - before)) / 1_000;
    before = now;
    if (owed < clump) return;
    const due = Math.floor(owed);
    owed -= due;
    clump = [1, 1, 1, 2, 3, 6][Math.floor(random() * 6)];
    emit(due);
  }, TICK);

  async function close() {
    clearInterval(ticking);
    clearTimeout(reopening);
    server.close();
    server.closeAllConnections();
    for (const feed of feeds) feed.cutAfter(0);
  }

  port = await listen(server, port);
  return { ...commands, status, close, server, port, url: `http://127.0.0.1:${port}` };
}

function refuse(response, { mode, retryAfter }) {
  if (retryAfter !== undefined) response.setHeader("retry-after", String(retryAfter));
  if (mode === "302") response.setHeader("location", "/events/moved");
  if (mode === "401") response.setHeader("www-authenticate", "Bearer");
  if (mode === "html") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", connection: "close" });
    response.end("<!doctype html><title>Wartung</title><p>We are down for maintenance — back soon.</p>");
    return;
  }
  answer(response, Number(mode), { error: `refused with ${mode}, as told` });
}

/** `connection: close`, so that no idle connection outlives a listener that went down. */
function answer(response, code, body) {
  response.writeHead(code, { "content-type": "application/json", "cache-control": "no-store", connection: "close" });
  response.end(code === 204 ? undefined : JSON.stringify(body));
}

async function readText(request) {
  request.setEncoding("utf8");
  let text = "";
  for await (const part of request) text += part;
  return text;
}

function count(value, name) {
  if (typeof value !== "number" || !(value >= 0)) throw new Error(`${name} is a number from 0 on`);
  return value;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve(server.address().port);
    });
  });
}

async function main() {
  const names = ["port", "state", "seed", "rate", "keep", "last", "heartbeat"];
  const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: "string" }])) });
  const options = {};
  for (const [name, value] of Object.entries(values)) options[name] = name === "state" ? value : Number(value);
  const deals = await startDeals(options);
  console.log(`deals server on ${deals.url}`);
  const end = () => {
    deals.close();
    if (process.connected) process.disconnect();
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  if (process.send) {
    process.send({ url: deals.url, port: deals.port });
    process.once("disconnect", end);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
