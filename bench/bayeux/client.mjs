/**
 * One client in a Node process of its own hears all events again and again: as a process that has just started, and once its
 * code is compiled. The last line of its output is the result.
 */
import { createRequire } from "node:module";
import { bayeux, memoryStore } from "../../dist/index.js";

const require = createRequire(import.meta.url);

/** Events of a session that is lost do not come again: then there is nothing to be measured. */
function onError(error) {
  throw error;
}

async function brookmark(url, channel, hear, place) {
  const client = bayeux(url, { webSocket: false, onError });
  const stream = client.subscribe(channel, { ...place, onEvent: ({ data }) => hear(data), onError });
  await new Promise((resolve) => stream.addEventListener("state", ({ detail }) => detail === "open" && resolve()));
  return () => client.close();
}

/** `open` resolves to the session's end, once `hear` is called with each payload. */
const CONTENDERS = {
  /** As the peers, which keep no place. */
  brookmark,
  "brookmark, keeping its place": (...to) => brookmark(...to, { bookmark: "deals", store: memoryStore() }),
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

const { name, origin, channel, count, times } = JSON.parse(process.argv[2]);
const seen = { count: 0, sum: 0 };
let done;
const end = await CONTENDERS[name](`${origin}/cometd`, channel, ({ payload, event }) => {
  seen.count += 1;
  seen.sum += event.replayId + payload.Name__c.length;
  if (seen.count === count) done();
});
const readings = [];
while (readings.length < times) {
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
