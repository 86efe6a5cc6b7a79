// A handler of the kind that edge workers have, behind an HTTP server.

import { once } from "node:events";
import { createServer } from "node:http";

/** Serves it until the test `t` ends; gives the address. */
export async function serveFetch(t, handle) {
  const server = createServer(async (incoming, outgoing) => {
    const { method, headers } = incoming;
    const response = await handle(new Request(`http://${headers.host}${incoming.url}`, { method, headers }));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    const reader = response.body.getReader();
    outgoing.on("close", () => reader.cancel().catch(() => {}));
    try {
      for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
        await new Promise((taken) => outgoing.write(value, taken));
      }
      outgoing.end();
    } catch {
      outgoing.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
