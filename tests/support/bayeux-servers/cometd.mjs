// cometd-nodejs-server, as the stories want it.

import { startCometd } from "../bayeux.mjs";
import { until } from "../waiting.mjs";
import { Watch, allowPages, bodyOf, turnAway } from "./watch.mjs";

/** It looks often for sessions that have expired, and has a browser's second client come back soon. */
const OPTIONS = { ack: true, sweepPeriod: 20, multiSessionInterval: 50 };

export async function cometd(t) {
  const watch = new Watch();
  const sessions = new Set();
  let isDeaf = false;
  let isLosing = false;
  let lost = 0;

  const intercept = (request, response) => {
    if (allowPages(request, response)) return true;
    if (isDeaf) {
      turnAway(request, response);
      return true;
    }
    bodyOf(request, (body) => response.once("close", watch.note(JSON.parse(body))));
    const end = response.end.bind(response);
    response.end = (body, ...more) => {
      if (!isLosing || !String(body).includes('"data"')) return end(body, ...more);
      isLosing = false;
      lost += 1;
      response.socket.destroy();
    };
    return false;
  };

  let server;
  const start = async (port) => {
    server = await startCometd(t, { ...OPTIONS, intercept, port });
    const { cometd } = server;
    const isOpen = (channel) => channel !== "/closed";
    cometd.policy = {
      canSubscribe: (_session, _message, { name }, callback) => callback(undefined, isOpen(name)),
      canPublish: (_session, _message, { name }, callback) => callback(undefined, isOpen(name)),
    };
    cometd.addListener("sessionAdded", (session) => sessions.add(session));
    cometd.addListener("sessionRemoved", (session) => sessions.delete(session));
    answerSums(cometd);
  };
  await start();

  const { port, url } = server;
  return {
    url,
    verbs: {
      look: () => ({
        requests: watch.requests,
        doubles: watch.doubles,
        lost,
        sessions: [...sessions].map(({ id, subscriptions }) => ({ channels: subscriptions.map(({ name }) => name), isHeld: watch.isHeld(id) })),
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
        server.cometd.options.maxInterval = 0;
        /* The time is counted from the end of a connect, which this is to those that are held. */
        for (const session of sessions) session.deliver(null, "/nobody", null);
        await until("the sessions to expire", () => sessions.size === 0);
        delete server.cometd.options.maxInterval;
        isDeaf = false;
      },
      forget: () => [...sessions].forEach((session) => session.disconnect()),
      lose: () => void (isLosing = true),
    },
  };
}

/** A service that adds numbers up. What makes a message the answer to a call is that it has its number. */
function answerSums(cometd) {
  cometd.createServerChannel("/service/sum").addListener("message", (session, _channel, { id, data }, callback) => {
    session.addExtension({
      outgoing: (_sender, _session, event, done) => done(undefined, event.channel === "/service/sum" ? { ...event, id } : event),
    });
    session.deliver(null, "/service/sum", data.reduce((sum, number) => sum + number, 0));
    callback();
  });
}
