// What a client and its streams do where something under them is no good: a message, the engine, the client itself.

import assert from "node:assert/strict";
import test from "node:test";
import { BayeuxHost } from "../../src/js/shell/bayeux-host.js";
import { post } from "../../src/js/shell/post.js";
import { Subscription } from "../../src/js/shell/subscription.js";
import { clientOf, startScript } from "../support/bayeux.mjs";
import { runModule } from "../support/child.mjs";
import { until } from "../support/waiting.mjs";

test("a message that is no JSON is told to who listens, and the client goes on", async (t) => {
  let connects = 0;
  const server = await startScript(t, ([{ channel, id }]) => {
    if (channel !== "/meta/connect" || ++connects !== 2) return undefined;
    const bad = '{"channel":"/b","data":{x}}';
    return `[${bad},{"channel":"/b","data":1},{"channel":"/meta/connect","id":"${id}","successful":true}]`;
  });
  const { client, errors } = clientOf(t, server.url);
  const seen = [];
  client.on("/b", ({ data }) => void seen.push(data));
  await until("the next message", () => seen.length > 0);
  assert.deepEqual([seen, errors.map(({ code, culprit }) => [code, culprit])], [[1], [["decode", "peer"]]]);
  await until("another connect", () => connects > 2);
  assert.equal(client.state, "open");
});

test("a client that is closed hears no channel, and says so", async (t) => {
  const server = await startScript(t, () => undefined);
  for (const begins of [false, true]) {
    const { client } = clientOf(t, server.url);
    if (begins) await until("the client to begin", () => client.state === "open");
    const before = client.subscribe("/a", { onEvent() {} });
    await client.close();
    await before.closed;
    assert.throws(() => client.subscribe("/a"), { code: "closed", culprit: "misuse" });
  }
});

test("where the engine cannot be loaded, streams end with that, and do not try for ever", async () => {
  const { out } = await runModule(`
    import { bayeux, init } from "brookmark/slim";
    import { readFile } from "node:fs/promises";
    import { fileURLToPath } from "node:url";
    await init(await readFile(fileURLToPath(import.meta.resolve("brookmark/brookmark.wasm"))));
    const told = [];
    const client = bayeux("http://localhost:1/", { onError: ({ code }) => void told.push(code) });
    const stream = client.subscribe("/a", { onEvent() {}, onError: ({ code, culprit }) => void told.push(code, culprit) });
    await stream.closed.catch(() => {});
    console.log(told.join());
  `);
  assert.equal(out, "engine,engine,internal");
});

test("where the engine traps, whoever reads comes to an end, and whoever asks is refused", async () => {
  let traps = false;
  class BayeuxHandle {
    constructor(_options, host) {
      this.host = host;
    }
    start() {}
    subscribe(id) {
      this.host.subscribed(id);
    }
    read() {
      if (traps) throw new Error("a trap");
    }
  }
  const broken = [];
  const client = { broken: (thrown) => void broken.push(thrown.message) };
  const host = new BayeuxHost({ glue: { BayeuxHandle } }, {}, client);
  host.begin();
  const calls = { ready: Promise.resolve(), subscribe: (...what) => host.subscribe(...what), read: (id) => host.read(id) };
  const [one, other, late] = Array.from({ length: 3 }, () => new Subscription(calls, "/a", false, () => {}));
  for (const subscription of [one, other]) assert.equal((await subscription.open("POST", "")).status, 200);
  const reading = one.read();
  traps = true;
  assert.equal(await other.read(), null);
  assert.equal(await reading, null);
  assert.equal((await late.open("POST", "")).status, 400);
  assert.deepEqual(broken, ["a trap"]);
});

test("a farewell outlives its page, but where it is too large for that it is sent all the same", async (t) => {
  globalThis.document = {};
  t.after(() => delete globalThis.document);
  const sent = [];
  const fetch = async (_url, { keepalive, body }) => (sent.push([keepalive, body.length]), new Response("[]"));
  for (const size of [100, 65_536]) {
    await post({ url: "http://localhost/", fetch, jar: null }, { body: new Uint8Array(size), headers: [], isLast: true });
  }
  assert.deepEqual(sent, [[true, 100], [undefined, 65_536]]);
});
