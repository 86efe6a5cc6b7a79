/**
 * The source that every runtime is tried against: four events, ids 1 to 4, two of them per
 * connection; then the connection is cut. It keeps open only who has had all four.
 */
import { createServer } from "node:http";

const LAST = 4;
const PER_CONNECTION = 2;

/** Starts it on a free loopback port: `{ url, positions, close() }`. */
export async function startSource() {
  /** The Last-Event-ID of each request, null where there was none. */
  const positions = [];
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    if (request.method === "OPTIONS") {
      response.writeHead(204, { "access-control-allow-headers": "*, last-event-id, cache-control" }).end();
      return;
    }
    const position = request.headers["last-event-id"] ?? null;
    positions.push(position);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const from = Number(position) + 1;
    const to = Math.min(Number(position) + PER_CONNECTION, LAST);
    for (let id = from; id <= to; id += 1) response.write(`id: ${id}\ndata: deal ${id} – größer\n\n`);
    if (from > LAST) response.write(": nothing new\n\n");
    else setTimeout(() => response.destroy(), 100);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/events`,
    positions,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
