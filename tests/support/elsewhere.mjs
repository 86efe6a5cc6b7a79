// A source of events at an origin of its own, with CORS rules that a test chooses.

import { createServer } from "node:http";
import { event } from "./server.mjs";

/**
 * Starts it; it ends with the test `t`. `allows(n)` gives the headers that the n-th preflight allows, or
 * null to hang up on it. Every GET gets the event behind the position asked for, and stays open.
 */
export async function serveElsewhere(t, allows) {
  const asked = [];
  const responses = [];
  let preflights = 0;
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    if (request.method === "OPTIONS") {
      const allowed = allows(++preflights);
      asked.push("preflight");
      if (allowed === null) return request.socket.destroy();
      return response.writeHead(204, { "access-control-allow-headers": allowed }).end();
    }
    const query = new URL(request.url, "http://source").searchParams.get("last");
    const header = request.headers["last-event-id"];
    asked.push(query ? `query ${query}` : header ? `header ${header}` : "nothing");
    responses.push(response);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(event(Number(query ?? header ?? 0) + 1));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/events`,
    /** What was asked, in order. */
    asked,
    /** Hangs up on all who listen. */
    cut: () => responses.splice(0).forEach((response) => response.socket?.destroy()),
  };
}
