// The Bayeux client with CometD's server for Node.

import assert from "node:assert/strict";
import test from "node:test";
import { bayeux } from "brookmark";
import { clientOf, startCometd } from "../support/bayeux.mjs";
import { aWhile, until } from "../support/waiting.mjs";

const isConnect = (body) => body.includes('"/meta/connect"');

/** The body of a request, read before the server reads it. */
function bodyOf(request, then) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => then(Buffer.concat(chunks).toString()));
}

test("names, patterns and service channels are heard, each by its own stream", async (t) => {
  const server = await startCometd(t);
  server.cometd.createServerChannel("/service/whisper").addListener("message", (session, _channel, message, callback) => {
    session.deliver(null, "/service/whisper", { psst: message.data });
    callback();
  });
  const { client, hear, states } = clientOf(t, server.url);
  /* This server sends a message once for each subscription that fits, so none of these overlap. */
  const streams = ["/deals/eu/1", "/deals/us/*", "/goods/**", "/other"].map((channel) => hear(channel));
  for (const { open } of streams) await open();
  for (const channel of ["/deals/eu/1", "/deals/eu/2", "/deals/us/7", "/deals/us/7/8"]) server.publish(channel, 1);
  server.publish("/goods/x", 1);
  server.publish("/goods/x/y/z", { text: "zażółć 🐢\n" });
  await streams[2].received(2);
  assert.deepEqual(streams.map(({ data }) => data), [[1], [1], [1, { text: "zażółć 🐢\n" }], []]);
  assert.deepEqual(streams[2].channels, ["/goods/x", "/goods/x/y/z"]);

  const service = hear("/service/whisper");
  await service.open();
  await client.publish("/service/whisper", "hello");
  await service.received(1);
  assert.deepEqual(service.data, [{ psst: "hello" }]);
  assert.deepEqual(states, ["connecting", "open"]);
  assert.equal(client.stats().sessions, 1);
});

test("a stream can be iterated, and several on one channel do not disturb each other", async (t) => {
  const server = await startCometd(t);
  const { client, hear } = clientOf(t, server.url);
  const faulty = hear("/a", {
    onEvent() {
      throw new Error("my own fault");
    },
  });
  const calm = hear("/a");
  await calm.open();
  await faulty.open();
  const iterated = client.subscribe("/a");
  const events = iterated[Symbol.asyncIterator]();
  const first = events.next();
  await until("the third to be open", () => iterated.state === "open");
  for (const number of [1, 2, 3]) server.publish("/a", number);
  assert.equal((await first).value.data, 1);
  assert.equal((await events.next()).value.data, 2);
  await calm.received(3);
  await assert.rejects(faulty.stream.closed, { code: "handler" });
  assert.deepEqual(calm.data, [1, 2, 3]);
  await calm.stream.close();
  server.publish("/a", 4);
  await events.next();
  assert.equal((await events.next()).value.data, 4);
  await events.return();
  await until("the server to forget the channel's listeners", () => server.cometd.getServerChannel("/a")?.subscribers.length !== 1);
});

test("a publication is answered, and one that is refused says why", async (t) => {
  const server = await startCometd(t);
  server.cometd.policy = {
    canPublish: (_session, _message, channel, callback) => callback(undefined, channel.name !== "/closed"),
    canSubscribe: (_session, _message, channel, callback) => callback(undefined, channel.name !== "/closed"),
  };
  const { client, hear } = clientOf(t, server.url);
  const { successful, channel } = await client.publish("/open", { a: 1 });
  assert.deepEqual({ successful, channel }, { successful: true, channel: "/open" });
  await assert.rejects(client.publish("/closed", 1), (error) => {
    assert.deepEqual([error.code, error.status, error.culprit], ["forbidden", 403, "auth"]);
    assert.match(JSON.parse(error.body).error, /^403/);
    return true;
  });
  const denied = hear("/closed");
  await assert.rejects(denied.stream.closed, (error) => error.code === "forbidden" && JSON.parse(error.body).error.startsWith("403"));
});

test("a batch is one request, and what comes up while one is out travels together", async (t) => {
  const server = await startCometd(t);
  const { client } = clientOf(t, server.url);
  await until("a session", () => client.state === "open");
  await aWhile(20);
  const before = server.requests.length;
  const sent = client.batch(() => [1, 2, 3].map((number) => client.publish("/a", number)));
  await Promise.all(sent);
  assert.equal(server.requests.length - before, 1);
  assert.throws(() => client.batch(() => { throw new RangeError("mine"); }), RangeError);
  await Promise.all(Array.from({ length: 50 }, (_, number) => client.publish("/a", number)));
  assert.ok(server.requests.length - before <= 4, `${server.requests.length - before} requests`);
});

test("a call is answered by the server, or not in time", async (t) => {
  const server = await startCometd(t);
  const channel = server.cometd.createServerChannel("/service/sum");
  channel.addListener("message", (session, _channel, message, callback) => {
    const data = message.data.reduce((sum, number) => sum + number, 0);
    /* The server has no calls of its own: an answer is what carries the number of the message. */
    session.addExtension({
      outgoing: (_sender, _session, event, done) => done(undefined, event.channel === "/service/sum" ? { ...event, id: message.id } : event),
    });
    session.deliver(null, "/service/sum", data);
    callback();
  });
  const { client } = clientOf(t, server.url);
  assert.equal(await client.call("sum", [1, 2, 3]), 6);
  await assert.rejects(client.call("/service/nobody", 1, { timeout: 50 }), { code: "answer-timeout", culprit: "transport" });
});

test("what gets lost on its way comes again where the server has acknowledgements", async (t) => {
  let losing = false;
  const lost = [];
  const intercept = (_request, response) => {
    const end = response.end.bind(response);
    response.end = (body, ...more) => {
      if (!losing || !String(body).includes('"data"')) return end(body, ...more);
      losing = false;
      lost.push(String(body));
      response.socket.destroy();
    };
  };
  const server = await startCometd(t, { ack: true, intercept });
  const { client, hear } = clientOf(t, server.url, { ack: true });
  const stream = hear("/a");
  await stream.open();
  server.publish("/a", 1);
  await stream.received(1);
  losing = true;
  server.publish("/a", 2);
  await until("the answer to get lost", () => lost.length === 1);
  server.publish("/a", 3);
  await stream.received(3);
  await aWhile();
  assert.deepEqual(stream.data, [1, 2, 3]);
  assert.equal(client.stats().sessions, 1);
});

test("a server that restarts is found again with all channels, and what may be lost is told", async (t) => {
  const first = await startCometd(t);
  const { client, hear, states, errors } = clientOf(t, first.url);
  const stream = hear("/a/*");
  await stream.open();
  first.publish("/a/1", 1);
  await stream.received(1);
  await first.stop();
  await until("the client to notice", () => client.state === "waiting");
  const second = await startCometd(t, { port: first.port });
  await until("a new session", () => client.stats().sessions === 2 && client.state === "open");
  await until("the loss to be told", () => stream.errors.includes("session-lost"));
  await until("the subscription", () => second.cometd.getServerChannel("/a/*")?.subscribers.length === 1);
  second.publish("/a/1", 2);
  await stream.received(2);
  assert.deepEqual(stream.data, [1, 2]);
  assert.ok(states.includes("waiting") && errors.some(({ code }) => code === "network"));
  assert.deepEqual(stream.states, ["loading", "connecting", "open"]);
});

test("a session that expires is made anew", async (t) => {
  let deaf = false;
  const intercept = (request, response) => deaf && (request.resume(), response.writeHead(503).end(), true);
  const server = await startCometd(t, { intercept, maxInterval: 200, timeout: 300 });
  const { client, hear } = clientOf(t, server.url);
  const stream = hear("/a");
  await stream.open();
  const [expired] = server.cometd.getServerChannel("/a").subscribers;
  const removed = new Promise((resolve) => expired.addListener("removed", (_session, timeout) => resolve(timeout)));
  deaf = true;
  assert.equal(await removed, true);
  deaf = false;
  await until("a new session", () => client.stats().sessions >= 2 && client.state === "open");
  await until("the subscription", () => server.cometd.getServerChannel("/a")?.subscribers.length === 1);
  server.publish("/a", 1);
  await stream.received(1);
});

test("a connect that another one supersedes is no outage", async (t) => {
  let held = "";
  const intercept = (request) => void bodyOf(request, (body) => isConnect(body) && !body.includes('"advice"') && (held = body));
  const server = await startCometd(t, { intercept });
  const { client, hear } = clientOf(t, server.url);
  const stream = hear("/a");
  await stream.open();
  await until("a held connect", () => held !== "");
  const cookie = server.requests.at(-1).headers.cookie;
  const double = fetch(server.url, { method: "POST", body: held, headers: { cookie, "content-type": "application/json" } });
  await until("the client to notice", () => client.stats().errors > 0);
  await until("it to be back", () => client.state === "open");
  await (await double).text();
  server.publish("/a", 1);
  await stream.received(1);
  assert.equal(client.stats().sessions, 1);
  assert.deepEqual(stream.errors, []);
});

test("several clients of one browser are told that the server sees them, and still hear everything", async (t) => {
  const server = await startCometd(t, { multiSessionInterval: 100 });
  const headers = { cookie: "BAYEUX_BROWSER=one" };
  const one = clientOf(t, server.url, { headers });
  const other = clientOf(t, server.url, { headers });
  const streams = [one.hear("/a"), other.hear("/a")];
  for (const { open } of streams) await open();
  await until("one of them to be told", () => [...one.errors, ...other.errors].some(({ code }) => code === "multiple-clients"));
  server.publish("/a", 1);
  for (const stream of streams) await stream.received(1);
});

test("close says farewell, and nothing happens after it", async (t) => {
  const server = await startCometd(t);
  const { client, hear, states } = clientOf(t, server.url);
  const stream = hear("/a");
  await stream.open();
  const [session] = server.cometd.getServerChannel("/a").subscribers;
  const removed = new Promise((resolve) => session.addListener("removed", (_session, timeout) => resolve(timeout)));
  const last = client.publish("/a", "last");
  await client.close();
  assert.equal(await removed, false);
  assert.equal((await last).successful, true);
  assert.deepEqual([client.state, stream.stream.state, states.at(-1)], ["closed", "closed", "closed"]);
  await client.closed;
  await assert.rejects(client.publish("/a", 1), { code: "closed", culprit: "misuse" });
  const count = server.requests.length;
  await aWhile();
  assert.equal(server.requests.length, count);
});

test("messages of the protocol can be seen, and extensions change what goes out and comes in", async (t) => {
  const server = await startCometd(t);
  const seen = [];
  server.cometd.addExtension({
    incoming: (_cometd, _session, message, callback) => {
      seen.push(message);
      callback(undefined, true);
    },
  });
  const { client, hear } = clientOf(t, server.url, { timestamp: true });
  const meta = [];
  const stop = client.on("/meta/*", (message) => meta.push(message.channel));
  client.addExtension({
    async outgoing(message) {
      await null;
      message.ext = { ...message.ext, seal: "ours" };
    },
    async incoming(message) {
      await null;
      if (message.data === "secret") return null;
      if (message.data?.big) message.data.added = true;
    },
  });
  const stream = hear("/a", { numbers: "exact" });
  await stream.open();
  assert.deepEqual([...new Set(meta)], ["/meta/handshake", "/meta/connect", "/meta/subscribe"]);
  stop();
  server.publish("/a", "secret");
  server.publish("/a", { big: 1 });
  await stream.received(1);
  assert.deepEqual(stream.data, [{ big: 1, added: true }]);
  assert.ok(seen.every(({ ext, timestamp }) => ext.seal === "ours" && timestamp.endsWith("GMT")));
  const count = meta.length;
  await client.publish("/a", 1);
  assert.equal(meta.length, count);
});

test("what is no Bayeux server is told by its status and type, and a bad option at the call", async (t) => {
  const server = await startCometd(t, { intercept: (_request, response) => (response.writeHead(404, { "content-type": "text/html" }).end("<html>"), true) });
  const { client, hear } = clientOf(t, server.url);
  const stream = hear("/a");
  await assert.rejects(client.closed, { code: "bad-status", status: 404, body: "<html>" });
  await assert.rejects(stream.stream.closed, { code: "bad-status", status: 404 });
  for (const [url, options] of [["nonsense", {}], ["ws://x", {}], [server.url, { webSocket: 1 }], [server.url, { ack: "yes" }]]) {
    assert.throws(() => bayeux(url, options), { culprit: "misuse" });
  }
  for (const [channel, options] of [["a", {}], ["/meta/x", {}], ["/a", { replay: 17 }], ["/a", { replay: -3 }], ["/a", null]]) {
    assert.throws(() => client.subscribe(channel, options), { code: "bad-option", culprit: "misuse" });
  }
});

test("many events at once are told apart, of one channel and of several in turn", async (t) => {
  const server = await startCometd(t);
  const { client, hear } = clientOf(t, server.url);
  const parsed = hear("/many/*");
  const exact = [];
  const texts = [];
  client.subscribe("/many/*", { numbers: "exact", onEvent: ({ data }) => void exact.push(data) });
  const last = client.subscribe("/many/*", { decode: "text", onEvent: ({ data }) => void texts.push(data) });
  await parsed.open();
  await until("the last to be open", () => last.state === "open");
  const values = [{ a: "],[" }, "text, with a comma,", "zażółć 🐢\n", 7.5, null, [[]], "", true, { "\u2028": "\\\"" }];
  const sent = Array.from({ length: 300 }, (_, number) => {
    const channel = number < 100 ? "/many/a" : number < 200 ? `/many/${"abc"[number % 3]}` : "/many/ż";
    return { channel, value: values[number % values.length] };
  });
  for (const { channel, value } of sent) server.publish(channel, value);
  await parsed.received(300);
  await until("all texts", () => texts.length === 300);
  const wanted = sent.map(({ value }) => value);
  assert.deepEqual(parsed.data, wanted);
  assert.deepEqual(parsed.channels, sent.map(({ channel }) => channel));
  assert.deepEqual(exact, wanted);
  assert.deepEqual(texts.map((text) => JSON.parse(text)), wanted);
});

test("more at once than may wait is heard in the same session by a handler that is quick", async (t) => {
  const server = await startCometd(t);
  const { client, hear, states } = clientOf(t, server.url);
  const stream = hear("/large");
  await stream.open();
  const text = "x".repeat(512 * 1024);
  for (let number = 0; number < 24; number++) server.publish("/large", { number, text });
  await stream.received(24);
  server.publish("/large", { number: 24, text: "" });
  await stream.received(25);
  assert.deepEqual(stream.data.map(({ number }) => number), Array.from({ length: 25 }, (_, number) => number));
  assert.deepEqual([stream.errors, states, client.stats().sessions], [[], ["connecting", "open"], 1]);
});
