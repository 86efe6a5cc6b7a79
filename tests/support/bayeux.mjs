// Other people's Bayeux servers on loopback: cometd-nodejs-server and faye, each on a free port.

import { createServer } from "node:http";
import { createRequire } from "node:module";

const peers = createRequire(new URL("../peers/", import.meta.url));

/**
 * Starts CometD's server for Node; it ends with the test `t`.
 * @param options the server's own, besides `ack` (its extension), `intercept`, which may answer a request itself
 *   and then gives true, and `port`
 */
export async function startCometd(t, { ack, intercept, port, ...options } = {}) {
  const cometd = peers("cometd-nodejs-server").createCometDServer(options);
  if (ack) {
    const { AcknowledgedMessagesExtension } = peers("cometd-nodejs-server/ack-extension.js");
    cometd.addExtension(new AcknowledgedMessagesExtension());
  }
  const requests = [];
  const served = await listen(t, port, (request, response) => {
    requests.push(request);
    if (!intercept?.(request, response)) cometd.handle(request, response);
  });
  t.after(() => cometd.close());
  return {
    ...served,
    url: `${served.origin}/cometd`,
    cometd,
    requests,
    publish: (channel, data) => cometd.createServerChannel(channel).publish(null, data),
    /** The sessions of the server, by their names. */
    session: (id) => cometd.getServerSession(id),
  };
}

/** Starts faye's server, which knows sockets; it ends with the test `t`. */
export async function startFaye(t, { intercept, port, ...options } = {}) {
  const { NodeAdapter } = peers("faye");
  const faye = new NodeAdapter({ mount: "/faye", timeout: 45, ...options });
  const requests = [];
  const served = await listen(t, port, (request, response) => {
    requests.push(request);
    if (!intercept?.(request, response)) response.writeHead(404).end();
  });
  faye.attach(served.server);
  return {
    ...served,
    url: `${served.origin}/faye`,
    faye,
    requests,
    publish: (channel, data) => faye.getClient().publish(channel, data),
  };
}

/** A WebSocket for runtimes without one. */
export const { Client: WebSocket } = peers("faye-websocket");

async function listen(t, port = 0, handle) {
  const server = createServer(handle);
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      cut();
    });
  t.after(stop);
  return { server, cut, stop, port: server.address().port, origin: `http://127.0.0.1:${server.address().port}` };
}
