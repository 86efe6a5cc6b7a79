// A scripted HTTP server: the n-th request gets the n-th step, the last step repeats.
//
// A step is a function of one exchange. The ready-made ones below cover most stories; a test that
// needs more writes to the exchange itself. Everything that was asked is kept for the assertions.

import { createServer } from "node:http";

/** Starts a server on a free loopback port; it ends with the test `t`. */
export async function serve(t, ...steps) {
  const exchanges = [];
  const server = createServer((request, response) => {
    const step = steps[Math.min(exchanges.length, steps.length - 1)];
    const exchange = new Exchange(request, response);
    exchanges.push(exchange);
    step(exchange);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/events`,
    exchanges,
    /** The position that each request asked for, `null` where it asked for none. */
    get positions() {
      return exchanges.map((exchange) => exchange.lastEventId);
    },
  };
}

/** A loopback URL at which nothing listens. */
export async function deadUrl() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/events`;
}

class Exchange {
  /** When the request arrived, on the clock of `performance.now()`. */
  at = performance.now();
  /** Whether the client has dropped the connection before the response was complete. */
  abandoned = false;
  body = "";

  constructor(request, response) {
    this.method = request.method;
    this.path = request.url;
    this.headers = request.headers;
    this.response = response;
    request.on("data", (chunk) => (this.body += chunk));
    response.on("close", () => (this.abandoned = !response.writableFinished));
  }

  /** Node reads header bytes as Latin-1; ids travel as UTF-8. */
  get lastEventId() {
    const bytes = this.headers["last-event-id"];
    return bytes === undefined ? null : Buffer.from(bytes, "latin1").toString("utf8");
  }

  head(status = 200, headers = { "content-type": "text/event-stream" }) {
    this.response.writeHead(status, headers);
    this.response.flushHeaders();
    return this;
  }

  write(bytes) {
    this.response.write(bytes);
    return this;
  }

  end() {
    this.response.end();
    return this;
  }

  /** Ends the connection the hard way, in the middle of the response. */
  cut() {
    this.response.socket?.resetAndDestroy();
    return this;
  }
}

/** Sends events and stays open. */
export const open = (wire) => (exchange) => void exchange.head().write(wire);

/** Sends events and ends the response properly. */
export const ended = (wire) => (exchange) => void exchange.head().write(wire).end();

/** Sends events and, once they are surely out, resets the connection. */
export const broken = (wire) => (exchange) => {
  exchange.head().write(wire);
  setTimeout(() => exchange.cut(), 30);
};

/** Answers with a status and nothing to stream. */
export const answer =
  (status, headers = {}, body = "") =>
  (exchange) =>
    void exchange.head(status, headers).write(body || Buffer.alloc(0)).end();

/** Takes the request and never answers it. */
export const silence = () => () => {};

/** One event block; `event(3)` is an event with the id `3` and the data `event 3`. */
export const event = (id, data = `event ${id}`) => `id: ${id}\ndata: ${data}\n\n`;

/** The blocks of the events `from` to `to`. */
export const events = (from, to) => {
  let wire = "";
  for (let id = from; id <= to; id += 1) wire += event(id);
  return wire;
};
