// Places in Bayeux channels: a server that sends again what it keeps, as Salesforce does.

import assert from "node:assert/strict";
import test from "node:test";
import { History, clientOf, startCometd } from "../support/bayeux.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, until } from "../support/waiting.mjs";

const CHANNEL = "/event/Deal__e";
const payloads = ({ data }) => data.map(({ payload }) => payload);

test("a bookmark goes on behind the last event handled, in another client", async (t) => {
  const history = new History();
  const server = await startCometd(t, { history });
  const store = webStore();
  const first = clientOf(t, server.url);
  const hang = new Promise(() => {});
  const stream = first.hear(CHANNEL, { bookmark: "deals", store, onEvent: ({ data }) => (data.payload === 3 ? hang : undefined) });
  await stream.open();
  for (const payload of [1, 2, 3]) server.record(CHANNEL, payload);
  await until("the bookmark", () => stream.stream.position === "2");
  await first.client.close();
  server.record(CHANNEL, 4);

  const second = clientOf(t, server.url);
  const again = second.hear(CHANNEL, { bookmark: "deals", store });
  await again.received(2);
  assert.deepEqual(payloads(again), [3, 4]);
  assert.deepEqual(history.asked, [-1, 2]);
  assert.equal(again.gaps.length, 0);
});

test("-1, -2 and the text of a replay id say where to begin", async (t) => {
  const history = new History();
  const server = await startCometd(t, { history });
  for (const payload of [1, 2, 3]) server.record(CHANNEL, payload);
  for (const [replay, want] of [[-1, [4]], [-2, [1, 2, 3, 4]], ["2", [3, 4]]]) {
    const { hear, client } = clientOf(t, server.url);
    const stream = hear(CHANNEL, { replay });
    await stream.open();
    server.record("/other", 0);
    server.publish(CHANNEL, { event: { replayId: 99 }, payload: 4 });
    await stream.received(want.length);
    assert.deepEqual(payloads(stream), want);
    await client.close();
  }
});

test("a lost session loses and repeats nothing", async (t) => {
  const history = new History();
  const first = await startCometd(t, { history });
  const { client, hear } = clientOf(t, first.url);
  const stream = hear(CHANNEL, { replay: -1 });
  await stream.open();
  first.record(CHANNEL, 1);
  await stream.received(1);
  await first.stop();
  history.add(CHANNEL, 2);
  const second = await startCometd(t, { history, port: first.port });
  await stream.received(2);
  second.record(CHANNEL, 3);
  await stream.received(3);
  assert.deepEqual(payloads(stream), [1, 2, 3]);
  assert.deepEqual(history.asked, [-1, 1]);
  assert.deepEqual([stream.errors, stream.gaps], [[], []]);
  assert.equal(client.stats().sessions, 2);
});

for (const [policy, want] of [["earliest", [3, 4]], ["latest", [4]]]) {
  test(`a position that is refused after a lost session is a gap: ${policy}`, async (t) => {
    const history = new History();
    const first = await startCometd(t, { history });
    const { hear } = clientOf(t, first.url);
    const gaps = [];
    const stream = hear(CHANNEL, { replay: -1, onGap: (gap) => (gaps.push(gap), policy) });
    await stream.open();
    first.record(CHANNEL, 1);
    await stream.received(1);
    await first.stop();
    for (const payload of [2, 3]) history.add(CHANNEL, payload);
    history.forget(1);
    /* The last id is always one that the server knows. */
    history.add("/other", 0);
    const second = await startCometd(t, { history, port: first.port });
    await until("the gap", () => gaps.length === 1);
    await until("the stream to be open", () => stream.stream.state === "open");
    second.record(CHANNEL, 4);
    await stream.received(1 + want.length);
    assert.deepEqual(payloads(stream), [1, ...want]);
    assert.deepEqual([gaps[0].reason, gaps[0].position], ["position-expired", "1"]);
  });
}

test("a gap that is not to be passed over ends the stream, with what the server has said", async (t) => {
  const history = new History();
  const server = await startCometd(t, { history });
  server.record(CHANNEL, 1);
  const { hear, client } = clientOf(t, server.url);
  const stream = hear(CHANNEL, { replay: "17", onGap: "fail" });
  await assert.rejects(stream.stream.closed, (error) => {
    assert.deepEqual([error.code, error.status], ["position-expired", 410]);
    assert.match(JSON.parse(error.body).error, /^400::The replayId/);
    return true;
  });
  assert.equal(client.state, "open");
});

test("ids beyond 2^53 stay as they are", async (t) => {
  const history = new History();
  const server = await startCometd(t, {
    history,
    intercept(_request, response) {
      const end = response.end.bind(response);
      response.end = (body, ...more) => {
        const text = String(body).replaceAll('"replayId":1}', '"replayId":9223372036854775809}');
        response.setHeader("content-length", Buffer.byteLength(text));
        return end(text, ...more);
      };
      const { writeHead } = response;
      response.writeHead = (status) => writeHead.call(response, status);
    },
  });
  const { hear } = clientOf(t, server.url);
  const stream = hear(CHANNEL, { replay: -1, numbers: "exact" });
  await stream.open();
  server.record(CHANNEL, 1);
  await stream.received(1);
  assert.equal(stream.stream.position, "9223372036854775809");
  assert.equal(stream.data[0].event.replayId, 9223372036854775809n);
});

test("a stream that is moved hears from there on, without what was on its way", async (t) => {
  const history = new History();
  const server = await startCometd(t, { history });
  const { hear } = clientOf(t, server.url);
  const stream = hear(CHANNEL, { replay: -1 });
  await stream.open();
  for (const payload of [1, 2, 3]) server.record(CHANNEL, payload);
  await stream.received(3);
  stream.stream.seek("1");
  await stream.received(5);
  assert.deepEqual(payloads(stream), [1, 2, 3, 2, 3]);
});

test("a place in a channel is kept by one stream of a client", async (t) => {
  const server = await startCometd(t, { history: new History() });
  const { client, hear } = clientOf(t, server.url);
  const stream = hear(CHANNEL, { replay: -1 });
  assert.throws(() => client.subscribe(CHANNEL), { code: "channel-taken", culprit: "misuse" });
  await stream.stream.close();
  const next = hear(CHANNEL);
  await next.open();
  assert.throws(() => client.subscribe(CHANNEL, { bookmark: "b" }), { code: "channel-taken" });
});

test("a slow handler makes the client leave and come back, and loses nothing", async (t) => {
  const history = new History();
  const server = await startCometd(t, { history });
  const { client, hear, states } = clientOf(t, server.url);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const numbers = [];
  const slow = hear(CHANNEL, {
    replay: -1,
    highWaterMark: 1,
    async onEvent({ data }) {
      await held;
      numbers.push(data.payload.number);
    },
  });
  const plain = hear("/plain");
  await slow.open();
  await plain.open();
  const text = "x".repeat(512 * 1024);
  for (let number = 0; number < 40; number++) server.record(CHANNEL, { number, text });
  await until("the client to leave", () => client.state === "full", 20_000);
  assert.deepEqual(plain.errors, ["backlog"]);
  await aWhile();
  assert.equal(client.state, "full");
  release();
  await until("all events", () => numbers.length === 40, 30_000);
  assert.deepEqual(numbers, Array.from({ length: 40 }, (_, number) => number));
  assert.deepEqual(slow.gaps, []);
  await until("the client to be back", () => client.state === "open");
  assert.ok(states.includes("full"));
  server.publish("/plain", 1);
  await plain.received(1);
});
