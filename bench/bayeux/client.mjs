/**
 * One client in a Node process of its own hears all events twice: as a process that has just started, and once more, with its
 * code compiled. The last line of its output is the result.
 */
import { createRequire } from "node:module";
import { bayeux } from "../../dist/index.js";

const require = createRequire(import.meta.url);

/** `open` resolves to the session's end, once `hear` is called with each payload. */
const CONTENDERS = {
  async brookmark(url, channel, hear) {
    const client = bayeux(url, { webSocket: false });
    const stream = client.subscribe(channel, { onEvent: ({ data }) => hear(data) });
    await new Promise((resolve) => stream.addEventListener("state", ({ detail }) => detail === "open" && resolve()));
    return () => client.close();
  },
  async cometd(url, channel, hear) {
    require("cometd-nodejs-client").adapt();
    const { CometD } = require("cometd");
    const client = new CometD();
    client.unregisterTransport("websocket");
    client.configure({ url, logLevel: "error" });
    await new Promise((resolve, reject) => client.handshake(({ successful }) => (successful ? resolve() : reject(new Error("no session")))));
    await new Promise((resolve) => client.subscribe(channel, ({ data }) => hear(data), () => resolve()));
    return () => new Promise((resolve) => client.disconnect(resolve));
  },
  async faye(url, channel, hear) {
    const { Client } = require("faye");
    const client = new Client(url);
    client.disable("websocket");
    await client.subscribe(channel, (data) => hear(data));
    return () => client.disconnect();
  },
};

const { name, origin, channel, count } = JSON.parse(process.argv[2]);
const seen = { count: 0, sum: 0 };
let done;
const end = await CONTENDERS[name](`${origin}/cometd`, channel, ({ payload, event }) => {
  seen.count += 1;
  seen.sum += event.replayId + payload.Name__c.length;
  if (seen.count === count) done();
});
const readings = [];
for (let reading = 0; reading < 2; reading += 1) {
  Object.assign(seen, { count: 0, sum: 0 });
  const all = new Promise((resolve) => (done = resolve));
  const before = process.cpuUsage();
  const began = performance.now();
  await (await fetch(`${origin}/start?count=${count}`)).text();
  await all;
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  readings.push({ took, cpu: (user + system) / 1_000, sum: seen.sum });
}
console.log(JSON.stringify({ readings }));
await end();
process.exit();
