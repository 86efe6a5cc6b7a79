// Clients of other people that speak with Salesforce, under one face:
// `start(emulator, { channels, replay })` gives `{ heard, told, hasStopped, subscribed, close() }`, where `heard` is what came,
// `told` what the application was told of troubles, and `hasStopped` whether it was told that the client has ended.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startPython } from "../support/python.mjs";
import { startTalker } from "../support/talker.mjs";

const require = createRequire(new URL("../peers/", import.meta.url));
const VERSION = "60.0";

/** What became of a client, growing. */
const record = () => ({ heard: [], subscribed: [], told: [], hasStopped: false });

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

/** jsforce. It has no login for streaming: it is given a token. */
export const jsforce = async () =>
  apart("jsforce", {
    begin: (options) => startTalker(process.execPath, [fileOf("jsforce.mjs")], options),
    see: (emulator) => ({ ...emulator.login(), version: VERSION }),
  });

/** aiosfstream-ng, which logs in, remembers positions, and falls back to all events. */
export const aiosfstream = async () =>
  apart("aiosfstream", {
    begin: (options) => startPython(fileOf("aiosfstream.py"), [], options),
    see: ({ loginUrl }) => ({ token_url: `${loginUrl}/services/oauth2/token`, timeout: 5 }),
  });

/** Clients in a program of their own; `begin` starts that, `see` is what it has to know of an emulator. */
function apart(name, { begin, see }) {
  const sessions = [];
  const { child, ended, order } = begin({
    onLine({ client, event, subscribed, told, stopped }) {
      const session = sessions[client];
      if (event !== undefined) session.heard.push(event);
      if (subscribed !== undefined) session.subscribed.push(subscribed);
      if (told !== undefined) session.told.push(told);
      if (stopped === undefined) return;
      session.told.push(stopped);
      session.hasStopped = true;
    },
  });
  return {
    name,
    async start(emulator, { channels, replay }) {
      const session = record();
      const client = sessions.push(session) - 1;
      order({ client, ...see(emulator), channels, replay });
      return Object.assign(session, { close: async () => order({ client }) });
    },
    async end() {
      child.kill();
      await ended;
    },
  };
}

const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));
