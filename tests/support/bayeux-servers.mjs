// The servers of the Bayeux stories. A story runs elsewhere, so what it wants of its server, besides what a client
// asks of it, goes by a small endpoint beside it: `POST /verb` with a list of arguments.
//
// All have the verbs `look` (what was asked, and which sessions there are), `publish`, `stop`, `start` at the same
// address, and `expire`, which hears nobody until all sessions, whose connects are held, have expired. More, where a server has it:
// `forget` ends all sessions from its side, `lose` has the next answer with events get lost, `cutSockets` breaks all sockets and
// `refuseSockets` those to come, `expireToken` ends all tokens and `login` gives a new one, `forgetEvents` leaves nothing to be sent again.

import { createServer } from "node:http";
import { cometd } from "./bayeux-servers/cometd.mjs";
import { faye } from "./bayeux-servers/faye.mjs";
import { salesforce } from "./bayeux-servers/salesforce.mjs";
import { allowPages, bodyOf } from "./bayeux-servers/watch.mjs";

const START = { cometd, faye, "faye-socket": faye, salesforce };

/**
 * Starts a server for a story; it ends with the test `t`.
 * @returns what its story needs, as plain data: `{ name, url, control, verbs, options, keepsSessions }`
 */
export async function startServer(t, name) {
  const { url, verbs, options = {}, keepsSessions = false } = await START[name](t);
  const endpoint = createServer((request, response) => {
    if (allowPages(request, response)) return;
    bodyOf(request, async (body) => {
      try {
        const result = await verbs[request.url.slice(1)](...JSON.parse(body));
        response.end(JSON.stringify(result ?? null));
      } catch (error) {
        response.writeHead(500).end(error.stack);
      }
    });
  });
  await new Promise((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    endpoint.closeAllConnections();
    endpoint.close();
  });
  const control = `http://127.0.0.1:${endpoint.address().port}`;
  return { name, url, control, verbs: Object.keys(verbs), options, keepsSessions };
}
