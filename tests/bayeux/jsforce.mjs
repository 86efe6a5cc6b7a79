// Clients of jsforce, which is Faye's client with extensions, in a process of their own: what is confused goes on for minutes. They are
// told on stdin what to do, line by line, and tell on stdout what they meet.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../peers/", import.meta.url));
const { Connection } = require("jsforce");
const { StreamingExtension } = require("jsforce/api/streaming");

const say = (what) => console.log(JSON.stringify(what));
const clients = new Map();

/** One extension holds one position, so one channel has a position. */
function open({ client: name, accessToken, instanceUrl, version, channels, replay }) {
  const tell = (what) => say({ client: name, ...what });
  const connection = new Connection({ accessToken, instanceUrl, version });
  const authentication = new StreamingExtension.AuthFailure(({ ext, error }) => tell({ stopped: ext?.sfdc?.failureReason ?? error }));
  const client = connection.streaming.createClient([authentication, new StreamingExtension.Replay(channels[0], replay)]);
  client.on("transport:down", () => tell({ told: "transport:down" }));
  for (const channel of channels) {
    client
      .subscribe(channel, (data) => tell({ event: { channel, data } }))
      .then(() => tell({ subscribed: channel }), ({ message }) => tell({ told: message }));
  }
  clients.set(name, client);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { client, ...options } = JSON.parse(line);
  if (options.channels) open({ client, ...options });
  /* It may not be able to, and be told so. */
  else clients.get(client)?.disconnect()?.then(null, () => {});
}
