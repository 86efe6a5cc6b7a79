// Clients of other people that speak with Salesforce, under one face:
// `start(emulator, { channels, replay })` gives `{ heard, told, hasStopped, subscribed, close() }`, where `heard` is what came,
// `told` what the application was told of troubles, and `hasStopped` whether it was told that the client has ended.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startPython } from "../support/python.mjs";

const require = createRequire(new URL("../peers/", import.meta.url));
const VERSION = "60.0";

/** What became of a client, growing. */
const record = () => ({ heard: [], subscribed: [], told: [], hasStopped: false });

/** jsforce, which is Faye's client with extensions. It has no login for streaming: it is given a token. */
export async function jsforce() {
  const { Connection } = require("jsforce");
  const { StreamingExtension } = require("jsforce/api/streaming");
  return {
    name: "jsforce",
    /** One extension holds one position, so one channel has a position. */
    async start(emulator, { channels, replay }) {
      const session = record();
      const connection = new Connection({ ...emulator.login(), version: VERSION });
      const authentication = new StreamingExtension.AuthFailure((message) => {
        session.told.push(message.ext?.sfdc?.failureReason ?? message.error);
        session.hasStopped = true;
      });
      const client = connection.streaming.createClient([authentication, new StreamingExtension.Replay(channels[0], replay)]);
      client.on("transport:down", () => session.told.push("transport:down"));
      client.on("transport:up", () => session.told.splice(0));
      for (const channel of channels) {
        client
          .subscribe(channel, (data) => session.heard.push({ channel, data }))
          .then(() => session.subscribed.push(channel), ({ message }) => session.told.push(message));
      }
      return Object.assign(session, {
        async close() {
          await client.disconnect();
        },
      });
    },
    async end() {},
  };
}

/** CometD's own client. Without an extension of ours it knows no replay; its cookies are those of the whole process. */
export async function cometd() {
  const { adapt } = await import(require.resolve("cometd-nodejs-client"));
  adapt();
  const { CometD } = await import(require.resolve("cometd"));
  return {
    name: "cometd",
    async start(emulator, { channels, replay }) {
      const session = record();
      const { accessToken, instanceUrl } = emulator.login();
      const client = new CometD();
      client.unregisterTransport("websocket");
      client.configure({ url: `${instanceUrl}/cometd/${VERSION}`, requestHeaders: { Authorization: `Bearer ${accessToken}` } });
      client.registerExtension("replay", {
        outgoing(message) {
          if (message.channel === "/meta/subscribe") message.ext = { replay: { [message.subscription]: replay } };
          return message;
        },
      });
      const failed = ({ error, failure }) => session.told.push(error ?? failure?.reason ?? "unsuccessful");
      client.addListener("/meta/unsuccessful", failed);
      const shakenHands = await new Promise((resolve) => client.handshake(resolve));
      if (!shakenHands.successful) throw new Error(`handshake: ${JSON.stringify(shakenHands)}`);
      for (const channel of channels) {
        client.subscribe(
          channel,
          ({ data }) => session.heard.push({ channel, data }),
          ({ successful }) => successful && session.subscribed.push(channel),
        );
      }
      return Object.assign(session, {
        close: () => new Promise((resolve) => client.disconnect(resolve)),
      });
    },
    async end() {},
  };
}

/** aiosfstream-ng: clients of one process in Python, which remember positions and fall back to all events. */
export async function aiosfstream() {
  const sessions = new Map();
  const { child, ended } = startPython(fileURLToPath(new URL("aiosfstream.py", import.meta.url)), [], {
    onLine({ client, event, subscribed, told, stopped }) {
      const session = sessions.get(client);
      if (event !== undefined) session.heard.push({ channel: event.channel, data: event.data });
      if (subscribed !== undefined) session.subscribed.push(subscribed);
      if (told !== undefined) session.told.push(told);
      if (stopped === undefined) return;
      session.told.push(stopped);
      session.hasStopped = true;
    },
  });
  const order = (what) => child.stdin.write(`${JSON.stringify(what)}\n`);
  return {
    name: "aiosfstream",
    async start({ loginUrl }, { channels, replay, timeout = 5 }) {
      const session = record();
      const client = sessions.size;
      sessions.set(client, session);
      order({ client, token_url: `${loginUrl}/services/oauth2/token`, channels, replay, timeout });
      return Object.assign(session, { close: async () => order({ client }) });
    },
    async end() {
      child.stdin.end();
      child.kill();
      await ended;
    },
    ended,
  };
}
