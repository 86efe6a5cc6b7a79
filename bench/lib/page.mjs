/** Serves a page with one script, isolated, so that its clock is a fine one. */
import { createServer } from "node:http";

const HEADERS = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const PAGE = '<!doctype html><title>bench</title><script type="module" src="/script.js"></script>';

/** @param routes answers to other paths, by `(request, response)` */
export async function servePage(script, routes = {}) {
  const files = { "/": ["text/html", PAGE], "/script.js": ["text/javascript", script] };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? ["text/plain", ""];
    if (routes[request.url]) routes[request.url](request, response);
    else response.writeHead(request.url in files ? 200 : 404, { ...HEADERS, "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
