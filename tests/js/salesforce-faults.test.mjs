// What the emulator of Salesforce does on command: errors, moves, cuts, restarts; and its limits.

import assert from "node:assert/strict";
import test from "node:test";
import { salesforceErrors } from "brookmark/emulators/salesforce";
import { PLACES, ROWS } from "../bayeux/rows.mjs";
import { clientOf } from "../support/bayeux-client.mjs";
import { HOUR, ORDER, emulate, idsOf, isHeld, publish } from "../support/salesforce.mjs";

test("limits: concurrent clients, and deliveries of a day", async (t) => {
  const { emulator, client } = await emulate(t, { limits: { clients: 1, deliveries: 5 }, tokenLifetime: 100 * HOUR });
  await client.open(ORDER);
  const other = clientOf(emulator.login());
  const { error, ext } = await other.handshake();
  assert.deepEqual([error, ext.sfdc.failureReason], ["403::Handshake denied", "403::Organization concurrent user limit exceeded"]);
  const ids = publish(emulator, 5);
  assert.deepEqual(idsOf(await client.events()), ids);
  const spent = "403::Organization total events daily limit exceeded";
  assert.equal((await client.subscribe("/u/notes", -1)).error, spent);
  const late = publish(emulator, 2);
  assert.deepEqual([(await client.connect())[0].error, emulator.sessions[0].queued], [spent, 2]);
  /* What is kept can be had when the day is over. */
  emulator.advance(24 * HOUR);
  await client.open(ORDER, Number(ids[4]));
  assert.deepEqual(idsOf(await client.events()), late);
});

const OF_TOKENS = ["invalid-grant", "expired-refresh-token", "invalid-client", "invalid-client-id", "retry-your-request"];

test("the table that clients are tested with has every error of the streaming endpoint", () => {
  assert.deepEqual([...ROWS.map(({ row }) => row), ...OF_TOKENS], salesforceErrors);
});

test("every error comes on demand, wherever it is wanted", async (t) => {
  for (const row of salesforceErrors) {
    const { emulator, client } = await emulate(t);
    const met = [];
    const ask = {
      handshake: () => client.send(JSON.stringify([{ channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["long-polling"] }])),
      connect: () => client.send(JSON.stringify([{ channel: "/meta/connect", clientId: client.clientId, connectionType: "long-polling" }])),
      subscribe: () => client.send(JSON.stringify([{ channel: "/meta/subscribe", clientId: client.clientId, subscription: ORDER, ext: { replay: { [ORDER]: -1 } } }])),
      publish: () => client.send(JSON.stringify([{ channel: ORDER, clientId: client.clientId, data: {} }])),
    };
    ask.resubscribe = ask.subscribe;
    for (const at of PLACES) {
      await client.open(ORDER);
      if (OF_TOKENS.includes(row)) {
        assert.throws(() => emulator.fail({ at, row }), TypeError);
        continue;
      }
      emulator.fail({ at, row });
      const response = await ask[at]();
      const text = await response.text();
      met.push(response.status === 200 && text.startsWith("[") ? JSON.parse(text) : text);
      const reply = [met.at(-1)].flat().find((message) => message.channel !== "/meta/disconnect");
      assert.ok(typeof reply === "string" || reply.successful === false || row === "disconnect", `${row} at ${at}: ${text}`);
    }
    if (row === "disconnect") assert.ok(met.every((messages) => messages.some(({ channel, id }) => channel === "/meta/disconnect" && id === undefined)));
  }
});

test("the error of being too busy is told beside another one", async (t) => {
  const { emulator, client } = await emulate(t);
  await client.open(ORDER);
  const reason = "503::Server is too busy.  Please try your request again later.";
  for (const [at, ask, error] of [
    ["subscribe", () => client.subscribe(ORDER, -1), "403:denied_by_security_policy:subscribe_denied"],
    ["connect", async () => (await client.connect())[0], "401::Authentication invalid"],
    ["handshake", () => client.handshake(), "403::Handshake denied"],
  ]) {
    emulator.fail({ at, row: "busy" });
    const reply = await ask();
    assert.deepEqual([reply.error, reply.ext.sfdc.failureReason], [error, reason], at);
    assert.equal(reply.advice?.reconnect, at === "subscribe" ? undefined : "none");
  }
});

test("a fault is met so many times, by a held connect at once, with the advice that was asked for", async (t) => {
  const { emulator, client } = await emulate(t);
  await client.open(ORDER);
  const held = client.connect();
  await isHeld(emulator);
  emulator.fail({ at: "connect", row: "daily-limit", times: 2, advice: "retry" });
  for (const answer of [await held, await client.connect()]) {
    assert.deepEqual([answer[0].error, answer[0].advice.reconnect], ["403::Organization total events daily limit exceeded", "retry"]);
  }
  assert.ok((await client.connect({ advice: { timeout: 0 } }))[0].successful);
  emulator.fail({ at: "any", row: "html", times: Infinity });
  assert.equal((await client.send("[{\"channel\":\"/x\"}]")).headers.get("content-type"), "text/html;charset=UTF-8");
  emulator.accept();
  assert.ok((await client.connect({ advice: { timeout: 0 } }))[0].successful);
  assert.throws(() => emulator.fail({ at: "connect", row: "nothing" }), TypeError);
  assert.throws(() => emulator.fail({ at: "nowhere", row: "busy" }), TypeError);
});

test("clients are moved: with advice, and with a bare disconnect", async (t) => {
  for (const advice of ["handshake", "none", "retry"]) {
    const { emulator, client } = await emulate(t);
    await client.open(ORDER);
    const held = client.connect();
    await isHeld(emulator);
    emulator.moveSession({ advice, disconnect: true });
    const [disconnect, reply] = await held;
    assert.deepEqual(disconnect, { channel: "/meta/disconnect", successful: true });
    assert.deepEqual([reply.error, reply.advice], ["403::Unknown client", { reconnect: advice, interval: 0 }]);
    assert.deepEqual((await client.connect())[0].advice, { reconnect: advice, interval: 0 });
    assert.ok((await client.open(ORDER)).successful);
  }
});

test("the org moves to another address; tokens and events are kept", async (t) => {
  const { emulator, client } = await emulate(t);
  const [id] = publish(emulator, 1);
  await client.open(ORDER);
  const before = emulator.instanceUrl;
  await emulator.moveInstance();
  assert.notEqual(emulator.instanceUrl, before);
  await assert.rejects(client.connect());
  const there = clientOf({ instanceUrl: emulator.instanceUrl, accessToken: client.accessToken });
  await there.open(ORDER, -2);
  assert.deepEqual(idsOf(await there.events()), [id]);
});

test("an answer is cut at the byte that was named, and what was in it is gone", async (t) => {
  const { emulator, client } = await emulate(t);
  await client.open(ORDER);
  publish(emulator, 2);
  emulator.cut({ at: "connect", after: 40 });
  const response = await client.send(JSON.stringify([{ channel: "/meta/connect", clientId: client.clientId, connectionType: "long-polling" }]));
  let bytes = 0;
  await assert.rejects(async () => {
    for await (const piece of response.body) bytes += piece.length;
  });
  assert.equal(bytes, 40);
  assert.deepEqual(await client.events(), []);

  const held = client.connect();
  await isHeld(emulator);
  emulator.cut();
  await assert.rejects(held);
  assert.equal(emulator.sessions[0].isHeld, false);
  publish(emulator, 1);
  assert.equal((await client.events()).length, 1);
});

test("a restart keeps addresses, events, tokens and sessions", async (t) => {
  const { emulator, client } = await emulate(t);
  await client.open(ORDER);
  const before = [emulator.loginUrl, emulator.instanceUrl];
  const held = client.connect();
  await isHeld(emulator);
  await emulator.stop();
  await assert.rejects(held);
  await assert.rejects(client.connect());
  const ids = publish(emulator, 2);
  await emulator.start();
  assert.deepEqual([emulator.loginUrl, emulator.instanceUrl], before);
  assert.deepEqual(idsOf(await client.events()), ids);
});
