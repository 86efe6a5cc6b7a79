// faye's server, as the stories want it: by long polling, and over a socket.

import { startFaye } from "../bayeux.mjs";
import { until } from "../waiting.mjs";
import { Watch, turnAway } from "./watch.mjs";

export async function faye(t) {
  const watch = new Watch();
  /** The channels of each session, also of the server's own client, which makes no requests. */
  const channelsOf = new Map();
  const sessions = new Set();
  const sockets = new Set();
  let opened = 0;
  /** The channels of messages that did not come over a socket. */
  const byRequest = [];
  let isDeaf = false;
  let isShut = false;

  const intercept = (request, response) => {
    if (isDeaf) turnAway(request, response);
    return isDeaf;
  };
  const interceptUpgrade = (_request, socket) => {
    const isRefused = isDeaf || isShut;
    if (isRefused) socket.destroy();
    else {
      opened += 1;
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    return isRefused;
  };

  let server;
  const start = async (port) => {
    server = await startFaye(t, { intercept, interceptUpgrade, port });
    const { faye } = server;
    faye.addExtension({
      incoming(message, callback) {
        if (message.channel === "/closed" || message.subscription === "/closed") message.error = "403:/closed:Forbidden";
        callback(message);
      },
    });
    seeRequests(faye, watch, (id) => sessions.add(id), byRequest);
    faye.on("handshake", (id) => channelsOf.set(id, new Set()));
    faye.on("subscribe", (id, channel) => channelsOf.get(id).add(channel));
    faye.on("unsubscribe", (id, channel) => channelsOf.get(id).delete(channel));
    faye.on("disconnect", (id) => sessions.delete(id));
  };
  await start();

  const { port, url } = server;
  return {
    url,
    verbs: {
      look: () => ({
        requests: watch.requests,
        doubles: watch.doubles,
        sockets: opened,
        byRequest,
        sessions: [...sessions].map((id) => ({ channels: [...channelsOf.get(id)], isHeld: watch.isHeld(id) })),
      }),
      publish: (channel, data) => server.publish(channel, data),
      async stop() {
        await server.stop();
        sessions.clear();
      },
      start: () => start(port),
      async expire() {
        isDeaf = true;
        server.cut();
        const { _engine: engine } = server.faye._server;
        const { timeout } = engine;
        engine.timeout = 0.02;
        for (const id of sessions) engine.ping(id);
        await until("the sessions to expire", () => sessions.size === 0);
        engine.timeout = timeout;
        isDeaf = false;
      },
      refuseSockets: () => void (isShut = true),
      cutSockets: () => sockets.forEach((socket) => socket.destroy()),
    },
  };
}

/** faye shows its extensions one message at a time; what came together is seen only where it is processed. */
function seeRequests({ _server: server }, watch, met, byRequest) {
  const process = server.process.bind(server);
  server.process = (messages, request, callback, context) => {
    /* The server's own client. */
    if (request === null) return process(messages, request, callback, context);
    const list = [messages].flat();
    const answered = watch.note(list);
    for (const { channel, clientId } of list) {
      if (channel === "/meta/connect") met(clientId);
      if (!request.headers.upgrade) byRequest.push(channel);
    }
    request.socket.once("close", answered);
    return process(messages, request, (replies) => {
      request.socket.off("close", answered);
      answered();
      callback.call(context, replies);
    });
  };
}
