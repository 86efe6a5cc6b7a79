// The Bayeux client with faye's server, over long polling and over a socket.

import assert from "node:assert/strict";
import test from "node:test";
import { WebSocket, clientOf, startFaye } from "../support/bayeux.mjs";
import { aWhile, until } from "../support/waiting.mjs";

for (const webSocket of [false, WebSocket]) {
  const how = webSocket ? "a socket" : "long polling";

  test(`events, answers and refusals come over ${how}`, async (t) => {
    const server = await startFaye(t);
    server.faye.addExtension({
      incoming(message, callback) {
        if (message.channel === "/closed" || message.subscription === "/closed") message.error = "403:/closed:Forbidden: really";
        callback(message);
      },
    });
    const { client, hear } = clientOf(t, server.url, { webSocket });
    const streams = ["/a/b", "/a/*", "/**"].map((channel) => hear(channel));
    for (const { open } of streams) await open();
    await until("a held connect", () => client.state === "open");
    /* The event carries the number that its publisher gave it, which may be one of ours. */
    for (let number = 1; number <= 20; number++) server.publish("/a/b", number);
    const replies = await Promise.all([21, 22].map((number) => client.publish("/a/b", number)));
    assert.ok(replies.every(({ successful }) => successful));
    for (const stream of streams) await stream.received(22);
    for (const { data } of streams) assert.deepEqual([...data].sort((a, b) => a - b), Array.from({ length: 22 }, (_, at) => at + 1));
    await assert.rejects(client.publish("/closed", 1), { code: "forbidden", status: 403 });
    await assert.rejects(hear("/closed").stream.closed, { code: "forbidden" });
    assert.equal(client.stats().sessions, 1);
  });

  test(`a server that forgets its sessions is asked for a new one, over ${how}`, async (t) => {
    const first = await startFaye(t, { timeout: 1 });
    const { client, hear } = clientOf(t, first.url, { webSocket });
    const stream = hear("/a");
    await stream.open();
    await until("a held connect", () => client.state === "open");
    await first.stop();
    const second = await startFaye(t, { timeout: 1, port: first.port });
    await until("a new session", () => client.stats().sessions === 2 && client.state === "open", 15_000);
    await until("the loss to be told", () => stream.errors.includes("session-lost"));
    await aWhile();
    second.publish("/a", 1);
    await stream.received(1);
  });
}

test("a socket that breaks is replaced by long polling, within the same session", async (t) => {
  const server = await startFaye(t);
  const sockets = [];
  class Watched extends WebSocket {
    constructor(url) {
      super(url);
      sockets.push(this);
    }
  }
  const { client, hear, errors } = clientOf(t, server.url, { webSocket: Watched });
  const stream = hear("/a");
  await stream.open();
  await until("the socket", () => sockets[0]?.readyState === 1 && client.state === "open");
  await client.publish("/a", 1);
  await stream.received(1);
  const requests = server.requests.length;
  sockets[0].close();
  await until("the client to notice", () => errors.length > 0);
  await until("long polling", () => client.state === "open");
  assert.deepEqual(errors.map(({ code }) => code), ["network"]);
  server.publish("/a", 2);
  await stream.received(2);
  assert.deepEqual(stream.data, [1, 2]);
  assert.equal(client.stats().sessions, 1);
  assert.ok(server.requests.length > requests);
});

test("where no socket can be had, long polling serves", async (t) => {
  const server = await startFaye(t);
  class Broken {
    constructor() {
      throw new Error("not here");
    }
  }
  const { hear, errors } = clientOf(t, server.url, { webSocket: Broken });
  const stream = hear("/a");
  await stream.open();
  server.publish("/a", 1);
  await stream.received(1);
  assert.deepEqual(errors, []);
});

test("faye's own client hears what ours publishes, and the other way round", async (t) => {
  const server = await startFaye(t);
  const { client, hear } = clientOf(t, server.url, { webSocket: WebSocket });
  const theirs = [];
  const peer = server.client();
  await peer.subscribe("/a", (data) => theirs.push(data));
  const stream = hear("/a");
  await stream.open();
  await client.publish("/a", { from: "us" });
  await peer.publish("/a", { from: "them" });
  await stream.received(2);
  await until("the peer to hear both", () => theirs.length === 2);
  assert.deepEqual(theirs, stream.data);
});
