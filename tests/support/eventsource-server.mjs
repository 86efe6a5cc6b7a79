// The server of the EventSource rules. What it answers is in the URL, so that a rule is whole in itself,
// wherever it runs: the n-th request for a `key` gets the n-th of its `steps`, the last step repeats.
//
// A step is what differs from an open event stream:
//   status, type (null: none), headers, body (text), count (so many events, numbered), end: "cut" | "end" | "open" (default),
//   redirect (the status of a redirect to the next step, `away: true` on the other origin),
//   hang: true (takes the request and never answers it).
//
// `/log?key=` gives what was asked under a key. Any origin may use all of it, with cookies too.

import { createServer } from "node:http";

/** Starts it on two free loopback ports, that is, with two origins. At a third one, nobody is. */
export async function serveEventSources() {
  const keys = new Map();
  const servers = [createServer(), createServer(), createServer()];
  for (const server of servers) {
    server.on("request", (request, response) => handle(request, response));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  }
  const [origin, otherOrigin, deadOrigin] = servers.map((server) => `http://127.0.0.1:${server.address().port}`);
  await new Promise((resolve) => servers.pop().close(resolve));

  function handle(request, response) {
    const { pathname, searchParams } = new URL(request.url, origin);
    allow(request, response);
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const key = searchParams.get("key");
    if (!keys.has(key)) keys.set(key, []);
    const asked = keys.get(key);
    if (pathname === "/log") return response.end(JSON.stringify(asked));
    if (pathname === "/cookie") return response.setHeader("set-cookie", `${key}=1`).end();
    /* A rule about an object alone closes it at once, and a browser may have asked by then. */
    if (!searchParams.has("steps")) return response.writeHead(204).end();
    const steps = JSON.parse(searchParams.get("steps"));
    const step = steps[Math.min(asked.length, steps.length - 1)];
    note(asked, request, response);
    answer(step, { request, response, away: otherOrigin });
  }

  return {
    origin,
    otherOrigin,
    deadOrigin,
    async close() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function allow(request, response) {
  response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
  response.setHeader("access-control-allow-credentials", "true");
  response.setHeader("access-control-allow-headers", "authorization, cache-control, content-type, last-event-id, x-own");
  response.setHeader("access-control-allow-methods", "GET, POST");
  response.setHeader("access-control-max-age", "600");
}

/** Writes down what is asked; `gone` says that the client has left before the answer was complete. */
function note(asked, request, response) {
  const { accept, authorization, cookie, "cache-control": cache, "last-event-id": id, "x-own": own } = request.headers;
  const entry = { at: Date.now(), method: request.method, path: request.url, accept, authorization, cookie, cache, own };
  /* Node reads header bytes as Latin-1. */
  entry.id = id === undefined ? null : Buffer.from(id, "latin1").toString("utf8");
  entry.gone = false;
  entry.body = "";
  asked.push(entry);
  request.on("data", (chunk) => (entry.body += chunk));
  response.on("close", () => {
    entry.gone = !response.writableFinished;
    entry.goneAt = Date.now();
  });
}

function answer(step, { request, response, away }) {
  if (step.hang) return;
  const headers = { ...step.headers };
  if (step.redirect) headers.location = step.away ? `${away}${request.url}` : request.url;
  const { type = "text/event-stream" } = step;
  if (type !== null) headers["content-type"] = type;
  response.writeHead(step.redirect ?? step.status ?? 200, headers);
  response.flushHeaders();
  /* Firefox hands over no response before the first byte of its body. */
  response.write(step.body ?? ":\n");
  for (let number = 0; number < step.count; number += 1) response.write(`data: ${number}\n\n`);
  if (step.redirect || step.end === "end" || step.status === 204) response.end();
  /* Once what was written is surely out. */
  else if (step.end === "cut") setTimeout(() => response.socket?.resetAndDestroy(), 30);
}
