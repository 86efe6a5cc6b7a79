// Serves the repository's files to a browser under test, as they are.

import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const root = new URL("../..", import.meta.url).pathname;
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Starts the server; `routes` answers paths of its own, by `(request, response)`; a route that ends
 * with a slash answers all below it. Any origin may read what it serves, also that of a sandboxed
 * page, which is none.
 */
export async function servePages(routes = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://pages");
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-allow-headers", "Last-Event-ID");
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    const route = routes[pathname] ?? routes[pathname.replace(/(?<=^\/[^/]*\/).*/, "")];
    if (route) return route(request, response);
    const file = createReadStream(join(root, normalize(pathname)));
    file.on("open", () => {
      response.writeHead(200, { "content-type": TYPES[extname(pathname)] ?? "application/octet-stream" });
      file.pipe(response);
    });
    file.on("error", () => response.writeHead(404).end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
