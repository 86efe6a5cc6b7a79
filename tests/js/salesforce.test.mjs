// The connector of Salesforce Streaming, against the emulator.

import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { oauth, salesforce, salesforcePayload } from "brookmark/connectors";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { HOUR, ORDER, isHeard, isHeld, publish } from "../support/salesforce.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, until } from "../support/waiting.mjs";

const ADA = { clientId: "client-id", clientSecret: "client-secret", username: "ada@example.com", password: "passwordtoken" };

/** An emulator, and clients that write down what they hear. */
async function emulate(t, options) {
  const emulator = await salesforceEmulator(options);
  t.after(() => emulator.stop());
  const login = () => oauth.password({ ...ADA, loginUrl: emulator.loginUrl });
  const open = (more = {}) => {
    const seen = { ids: [], errors: [], gaps: [], closes: [] };
    const client = salesforce({
      auth: login(),
      retry: { min: 20, max: 100 },
      onEvent: ({ position }) => void seen.ids.push(position),
      onGap: (gap) => (seen.gaps.push(gap), "earliest"),
      onError: (error) => seen.errors.push(error.code),
      onClose: (error) => seen.closes.push(error?.code ?? null),
      ...more,
    });
    t.after(() => client.close());
    return Object.assign(seen, { client, received: (count) => until(`${count} events`, () => seen.ids.length >= count, 8_000, () => JSON.stringify(seen.errors)) });
  };
  const asked = (what) => emulator.requests.flatMap(({ messages = [] }) => messages).filter(({ channel }) => channel === what);
  const grants = () => emulator.requests.filter(({ grant }) => typeof grant === "string").length;
  return { emulator, open, asked, grants, login };
}

test("events of channels that are there at first and of those that come later, each until it is left", async (t) => {
  const { emulator, open, asked } = await emulate(t);
  const before = publish(emulator, 2);
  const { client, ids, received } = open({ channels: [ORDER], replay: -2 });
  await received(2);
  const heard = [];
  const topic = client.subscribe("/topic/Accounts", { onEvent: (event) => void heard.push(salesforcePayload(event)) });
  await until("the topic", () => emulator.sessions.some(({ channels }) => channels.length === 2));
  emulator.publish("/topic/Accounts", { Id: "1" }, { type: "updated" });
  await until("its event", () => heard.length === 1);
  assert.deepEqual([heard[0].kind, heard[0].type, heard[0].record], ["push-topic", "updated", { Id: "1" }]);
  await topic.close();
  await until("its end", () => emulator.sessions.every(({ channels }) => channels.length === 1));
  const after = publish(emulator, 1);
  await received(3);
  assert.deepEqual(ids, [...before, ...after]);
  assert.deepEqual(asked("/meta/subscribe").map(({ ext }) => ext.replay), [{ [ORDER]: "-2" }, { "/topic/Accounts": "-2" }]);
});

test("a bookmark for each channel goes on behind the last event, in another client", async (t) => {
  const { emulator, open, asked } = await emulate(t);
  const store = webStore();
  const other = "/data/AccountChangeEvent";
  const channels = { [ORDER]: {}, [other]: { replay: -1 } };
  const first = open({ channels, bookmark: "org", store, replay: -2 });
  const [one] = publish(emulator, 1);
  await first.received(1);
  await first.client.close();
  const [two] = publish(emulator, 1);
  const second = open({ channels, bookmark: "org", store });
  await second.received(1);
  assert.deepEqual([first.ids, second.ids, second.gaps], [[one], [two], []]);
  const maps = Object.assign({}, ...asked("/meta/subscribe").slice(-2).map(({ ext }) => ext.replay));
  assert.equal(maps[ORDER], one);
});

test("an org that has moved, and a token that has ended: a login, and the new address", async (t) => {
  const { emulator, open, grants } = await emulate(t);
  const { ids, received, closes } = open({ channels: [ORDER] });
  await isHeld(emulator);
  emulator.expireToken();
  emulator.cut();
  await until("the second login", () => grants() === 2);
  await isHeard(emulator);
  const sent = publish(emulator, 1);
  await received(1);
  await emulator.moveInstance();
  emulator.expireToken();
  emulator.cut();
  await until("the third login", () => grants() === 3);
  await isHeard(emulator);
  sent.push(...publish(emulator, 1));
  await received(2);
  assert.deepEqual([ids, closes], [sent, []]);
});

test("a session that the service does not know is made anew with the same token, in every dialect", async (t) => {
  const { emulator, open, grants } = await emulate(t);
  const { ids, received } = open({ channels: [ORDER], replay: -2 });
  const sent = [];
  for (const how of [{ advice: "handshake" }, { advice: "none" }, { advice: "none", disconnect: true }]) {
    await isHeld(emulator);
    emulator.moveSession(how);
    sent.push(...publish(emulator, 1));
    await received(sent.length);
  }
  assert.deepEqual(ids, sent);
  assert.equal(grants(), 1);
});

test("a replay id that is refused is a gap with a policy, at a new session too", async (t) => {
  const { emulator, open, asked } = await emulate(t);
  const { gaps, ids, received, client } = open({ channels: [ORDER], replay: -2 });
  const [old] = publish(emulator, 1);
  await received(1);
  await isHeld(emulator);
  emulator.expireReplay();
  emulator.moveSession();
  await until("the gap", () => gaps.length === 1);
  const [next] = publish(emulator, 1);
  await received(2);
  assert.deepEqual([ids, gaps[0].reason], [[old, next], "position-expired"]);
  assert.deepEqual(asked("/meta/subscribe").map(({ ext }) => ext.replay[ORDER]), ["-2", old, "-2"]);
  assert.equal(client.state, "open");
});

test("retention: what is older than the service keeps is a gap", async (t) => {
  const { emulator, open } = await emulate(t);
  const store = webStore();
  const first = open({ channels: [ORDER], bookmark: "org", store, replay: -2 });
  publish(emulator, 1);
  await first.received(1);
  await first.client.close();
  emulator.advance(73 * HOUR);
  const second = open({ channels: [ORDER], bookmark: "org", store });
  await until("the gap", () => second.gaps.length === 1);
});

test("where there is no room, it stays away for long, and says so", async (t) => {
  const { emulator, open } = await emulate(t);
  const retries = [];
  for (const at of ["handshake", "connect"]) {
    const { client, errors } = open({ channels: [ORDER], busyWait: 600_000, onRetry: ({ delay }) => retries.push(delay) });
    if (at === "connect") await isHeld(emulator);
    emulator.fail({ at, row: at === "connect" ? "daily-limit" : "busy" });
    await until("the pause", () => client.state === "waiting" && retries.length > 0);
    assert.ok(retries.pop() >= 600_000);
    assert.ok(errors.length > 0);
    await client.close();
    emulator.accept();
  }
  const { ids, received, errors } = open({ channels: [ORDER], busyWait: 100 });
  await isHeld(emulator);
  emulator.fail({ at: "connect", row: "daily-limit" });
  await until("the error", () => errors.length > 0);
  await isHeard(emulator);
  const sent = publish(emulator, 1);
  await received(1);
  assert.deepEqual(ids, sent);
});

test("a channel that is refused ends alone; what concerns all ends all, with a hint", async (t) => {
  const { emulator, open } = await emulate(t);
  const { client, closes, errors, ids, received } = open({ channels: [ORDER], replay: -2 });
  await isHeld(emulator);
  emulator.fail({ at: "subscribe", row: "view-all-data" });
  const refused = client.subscribe("/data/ChangeEvents");
  const error = await refused.closed.then(assert.fail, (error) => error);
  assert.deepEqual([error.code, error.retryable], ["forbidden", false]);
  assert.deepEqual(errors, ["forbidden"]);
  publish(emulator, 1);
  await received(1);
  assert.deepEqual([ids.length, closes], [1, []]);
  emulator.fail({ at: "connect", row: "cookie-missing", times: Infinity });
  await until("the end", () => closes.length === 1);
  assert.deepEqual(closes, ["no-cookies"]);
  const why = await client.closed.then(assert.fail, (error) => error);
  assert.match(why.message, /credentials/);
});

test("a token that is refused twice, or that nobody gives, is the end", async (t) => {
  const { emulator, open } = await emulate(t);
  emulator.fail({ at: "handshake", row: "authentication-invalid", times: 2 });
  const first = open({ channels: [ORDER] });
  await until("the end", () => first.closes.length === 1);
  assert.deepEqual(first.closes, ["unauthorized"]);
  emulator.accept();
  emulator.fail({ at: "token", row: "invalid-grant" });
  const second = open({ channels: [ORDER] });
  await until("the end", () => second.closes.length === 1);
  assert.deepEqual(second.closes, ["auth-failed"]);
});

test("no secret is in what is told, kept or shown, whatever goes wrong", async (t) => {
  const { emulator, open, login } = await emulate(t);
  const store = webStore();
  const tokens = [];
  const { auth: renew, ...others } = login();
  const auth = { ...others, auth: async (info) => (tokens.push(await renew(info)), tokens.at(-1)) };
  const told = [];
  const { client, ids, received } = open({
    ...{ auth, channels: [ORDER], store, bookmark: "org", replay: -2 },
    onRetry: (retry) => told.push(retry),
    onError: (error) => told.push(error),
  });
  for (const row of ["html", "unavailable", "unknown-client", "authentication-invalid", "user-mismatch"]) {
    await isHeard(emulator);
    const fault = emulator.fail({ at: "connect", row });
    await until(row, () => fault.met === 1);
    publish(emulator, 1);
    await received(ids.length + 1);
  }
  emulator.fail({ at: "connect", row: "cookie-missing", times: Infinity });
  await client.closed.then(assert.fail, (error) => told.push(error));
  const shown = inspect([told, [...store.entries], client, auth], { depth: 20, showHidden: true, maxStringLength: null });
  assert.ok(tokens.length > 1 && told.length > 4);
  for (const secret of [...tokens, ADA.password, ADA.clientSecret]) assert.ok(!shown.includes(secret), shown);
});

test("the version is as it is said, or the newest that the instance has", async (t) => {
  const { emulator, open } = await emulate(t);
  for (const version of [undefined, "58.0", "latest"]) {
    const { client } = open({ channels: [ORDER], version });
    await isHeld(emulator);
    await client.close();
  }
  const paths = [...new Set(emulator.requests.map(({ path }) => path).filter((path) => path.startsWith("/cometd/")))];
  assert.equal(paths.length, 3);
  assert.deepEqual(paths.slice(0, 2), ["/cometd/60.0", "/cometd/58.0"]);
  assert.ok(Number(paths[2].slice(8)) > 60, paths[2]);
});

test("events() has those of all channels without a handler, later ones too, and messages() has everything", async (t) => {
  const { emulator, login } = await emulate(t);
  const store = webStore();
  const options = { channels: [ORDER, "/u/notes"], auth: login(), bookmark: "org", store };
  const client = salesforce({ ...options, replay: -2 });
  t.after(() => client.close());
  const sent = [...publish(emulator, 1), emulator.publish("/u/notes", "hi")];
  const heard = [];
  const messages = client.messages();
  const internal = (async () => {
    const channels = new Set();
    for await (const { channel } of messages) {
      channels.add(channel);
      if (channels.has("/meta/connect") && channels.has("/u/notes")) return channels;
    }
  })();
  for await (const event of client.events()) {
    heard.push(event);
    if (heard.length === 2) {
      client.subscribe("/u/later");
      sent.push(emulator.publish("/u/later", "late"));
    }
    if (heard.length === 3) break;
    await assert.rejects(client.events().next(), { code: "already-consumed" });
  }
  assert.deepEqual(heard.map(({ position }) => position).sort(), sent.sort());
  assert.ok((await internal).has("/meta/handshake"));
  await client.close();
  /* The loop was left within the third event: that one was not handled. */
  const again = salesforce({ ...options, channels: ["/u/later", ORDER], replay: -2 });
  t.after(() => again.close());
  await isHeld(emulator);
  const next = publish(emulator, 1)[0];
  const second = [];
  const wanted = new Set([next, heard[2].position]);
  for await (const { position } of again.events()) {
    second.push(position);
    if (second.length === 2) break;
  }
  assert.deepEqual(new Set(second), wanted);
});

test("stop() ends it at once, while a poll is held, and frees the place at the service", async (t) => {
  const { emulator, login } = await emulate(t);
  const client = salesforce({ auth: login(), channels: [ORDER] });
  const loop = (async () => {
    for await (const _ of client.events()) assert.fail("an event");
  })();
  await isHeld(emulator);
  const began = performance.now();
  await client.stop();
  await loop;
  assert.ok(performance.now() - began < 5_000);
  assert.deepEqual(emulator.sessions, []);
});

test("what an event is about", () => {
  const of = (data, position = "17") => salesforcePayload({ data, position });
  const replayId = "17";
  assert.deepEqual(of({ event: { createdDate: "d", replayId: 17, type: "created" }, sobject: { Id: "1" } }), {
    kind: "push-topic", replayId, uuid: null, createdDate: "d", type: "created", record: { Id: "1" },
  });
  assert.deepEqual(of({ event: { createdDate: "d", replayId: 17 }, payload: "hi" }), { kind: "generic", replayId, uuid: null, createdDate: "d", payload: "hi" });
  assert.deepEqual(of({ payload: { CreatedDate: "d", A__c: 1 }, event: { replayId: 17, EventUuid: "u" } }), {
    kind: "platform-event", replayId, uuid: "u", createdDate: "d", fields: { CreatedDate: "d", A__c: 1 },
  });
  const header = { entityName: "Account", changeType: "GAP_UPDATE", commitTimestamp: 0 };
  assert.deepEqual(of({ payload: { ChangeEventHeader: header, Name: "x" }, event: { replayId: 17 } }), {
    kind: "change", replayId, uuid: null, createdDate: "1970-01-01T00:00:00.000Z", header, isGap: true, fields: { Name: "x" },
  });
});

test("what is said wrongly is refused at once, and nothing begins", async () => {
  const asked = [];
  const auth = { ...oauth.session({ accessToken: "t", instanceUrl: "http://127.0.0.1:9" }), auth: async () => asked.push("a token") };
  for (const [options, words] of [
    [undefined, "auth"],
    [{ auth: "token" }, "auth"],
    [{ auth, version: "60" }, "version"],
    [{ auth, busyWait: -1 }, "busyWait"],
    [{ auth, channels: "x" }, "channels"],
    [{ auth, channels: ["meta"] }, "channel"],
  ]) {
    assert.throws(() => salesforce(options), (error) => error.culprit === "misuse" && error.message.includes(words), words);
  }
  await aWhile();
  assert.deepEqual(asked, []);
});
