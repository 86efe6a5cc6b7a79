// Other people's Bayeux servers on loopback: cometd-nodejs-server and faye, each on a free port.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { bayeux } from "brookmark";
import { sleep, until } from "./waiting.mjs";

const peers = createRequire(new URL("../peers/", import.meta.url));

/**
 * Starts CometD's server for Node; it ends with the test `t`.
 * @param options the server's own, besides `ack` (its extension), `history` (what it can send again, as `History`
 *   has it), `intercept`, which may answer a request itself and then gives true, and `port`
 */
export async function startCometd(t, { ack, history, intercept, port, ...options } = {}) {
  /* It holds connects for so long, also of clients that are gone, and no test ends before. */
  const cometd = peers("cometd-nodejs-server").createCometDServer({ timeout: 2_000, ...options });
  if (ack) {
    const { AcknowledgedMessagesExtension } = peers("cometd-nodejs-server/ack-extension.js");
    cometd.addExtension(new AcknowledgedMessagesExtension());
  }
  if (history) cometd.addExtension(history.extension);
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
    /** Publishes what can be sent again. */
    record: (channel, data) => cometd.createServerChannel(channel).publish(null, history.add(channel, data)),
  };
}

/** The events of channels, which outlives a server: the extension `replay`, as Salesforce has it. */
export class History {
  #events = [];
  #last = 0;
  /** The positions that were asked for. */
  asked = [];

  add(channel, data) {
    const event = { event: { replayId: ++this.#last }, payload: data };
    this.#events.push({ channel, event });
    return event;
  }

  /** Forgets all but the last few events. */
  forget(keep = 0) {
    this.#events = keep ? this.#events.slice(-keep) : [];
  }

  get extension() {
    return {
      incoming: (_cometd, session, message, callback) => {
        const { channel, subscription, ext } = message;
        const from = channel === "/meta/subscribe" ? ext?.replay?.[subscription] : undefined;
        if (from === undefined) return callback(undefined, true);
        this.asked.push(from);
        const kept = this.#events.filter((one) => one.channel === subscription);
        const isKept = from < 0 || from === this.#last || this.#events.some(({ event }) => event.event.replayId === from);
        if (!isKept) return callback(undefined, false);
        const missed = from === -1 ? [] : kept.filter(({ event }) => event.event.replayId > from);
        for (const { event } of missed) session.deliver(null, subscription, event);
        callback(undefined, true);
      },
      outgoing: (_cometd, _sender, _session, message, callback) => {
        if (message.channel === "/meta/subscribe" && !message.successful) {
          message.error = "400::The replayId {?} you provided was invalid. Please provide a valid ID, -2 or -1.";
        }
        callback(undefined, true);
      },
    };
  }
}

/**
 * Starts a server that is a script: `answer` gets the messages of each request, and gives what is said to them, as a value or as a
 * text. Where it gives nothing, all is granted; connects are held for `hold` ms behind the first. It ends with the test `t`.
 * @returns `bodies` has the text of each request
 */
export async function startScript(t, answer, { hold = 200 } = {}) {
  const bodies = [];
  let connects = 0;
  const granted = ({ channel, id, subscription }) => ({ channel, id, subscription, successful: true });
  const session = { version: "1.0", clientId: "c", supportedConnectionTypes: ["long-polling"] };
  const grant = (messages) =>
    messages.map((message) => ({ ...granted(message), ...(message.channel === "/meta/handshake" ? session : {}) }));
  const served = await listen(t, undefined, async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    const messages = JSON.parse(body);
    const said = await answer?.(messages);
    if (said === undefined && messages[0].channel === "/meta/connect" && connects++ > 0) await sleep(hold);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(typeof said === "string" ? said : JSON.stringify(said ?? grant(messages)));
  });
  return { ...served, url: `${served.origin}/bayeux`, bodies };
}

/** A client of ours with a notebook; it ends with the test `t`. */
export function clientOf(t, url, { webSocket = false, ...options } = {}) {
  const states = [];
  const errors = [];
  const client = bayeux(url, {
    webSocket,
    retry: { min: 20, max: 200 },
    ...options,
    onState: (state) => void states.push(state),
    onError: (error) => void errors.push(error),
  });
  t.after(() => client.close());
  return {
    client,
    states,
    errors,
    /** A stream with a notebook. */
    hear(channel, options) {
      const seen = { data: [], channels: [], errors: [], gaps: [], states: [] };
      seen.stream = client.subscribe(channel, {
        onEvent(event) {
          seen.data.push(event.data);
          seen.channels.push(event.channel);
        },
        onError: (error) => void seen.errors.push(error.code),
        onGap: (gap) => void seen.gaps.push(gap),
        onState: (state) => void seen.states.push(state),
        ...options,
      });
      seen.open = () => until(`${channel} to be open`, () => seen.stream.state === "open");
      seen.received = (count) =>
        until(`${count} events`, () => seen.data.length >= count, 8_000, () => `, had ${JSON.stringify(seen)}`);
      return seen;
    },
  };
}

/** Starts faye's server, which knows sockets; it ends with the test `t`. Both intercepts may take a request over, and then give true. */
export async function startFaye(t, { intercept, interceptUpgrade, port, ...options } = {}) {
  const { NodeAdapter } = peers("faye");
  /* In seconds, as above. */
  const faye = new NodeAdapter({ mount: "/faye", timeout: 2, ...options });
  let own = null;
  const client = () => (own ??= faye.getClient());
  t.after(async () => {
    await own?.disconnect();
    faye.close();
  });
  const requests = [];
  const served = await listen(t, port, (request, response) => {
    requests.push(request);
    if (!intercept?.(request, response)) faye.handle(request, response);
  });
  served.server.on("upgrade", (request, socket, head) => {
    if (!interceptUpgrade?.(request, socket)) faye.handleUpgrade(request, socket, head);
  });
  return {
    ...served,
    url: `${served.origin}/faye`,
    faye,
    client,
    requests,
    publish: (channel, data) => client().publish(channel, data),
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
