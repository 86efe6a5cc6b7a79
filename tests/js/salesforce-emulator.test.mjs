import assert from "node:assert/strict";
import test from "node:test";
import { clientOf } from "../support/bayeux-client.mjs";
import { HOUR, ORDER, emulate, idsOf, isHeld, publish } from "../support/salesforce.mjs";

test("a session: handshake, connect, subscribe, events, unsubscribe, disconnect", async (t) => {
  const { emulator, client } = await emulate(t);
  const { clientId, ...handshake } = await client.handshake();
  assert.deepEqual(handshake, {
    ext: { replay: true, "payload.format": true },
    minimumVersion: "1.0",
    supportedConnectionTypes: ["long-polling"],
    channel: "/meta/handshake",
    id: "1",
    version: "1.0",
    successful: true,
  });
  assert.deepEqual(await client.connect(), [
    { clientId, advice: { interval: 0, timeout: 110_000, reconnect: "retry" }, channel: "/meta/connect", id: "2", successful: true },
  ]);
  assert.deepEqual(await client.subscribe(ORDER, -1), { channel: "/meta/subscribe", id: "3", clientId, subscription: ORDER, successful: true });
  const held = client.connect();
  await isHeld(emulator);
  const sent = publish(emulator, 3);
  const [first, second, third, reply] = await held;
  assert.deepEqual(idsOf([first, second, third]), sent);
  assert.deepEqual(reply, { clientId, channel: "/meta/connect", id: "2", successful: true });
  const [unsubscribed] = await client.post({ channel: "/meta/unsubscribe", id: "4", clientId, subscription: ORDER });
  assert.deepEqual(unsubscribed, { channel: "/meta/unsubscribe", id: "4", clientId, subscription: ORDER, successful: true });
  publish(emulator, 1);
  assert.deepEqual(await client.events(), []);

  const last = client.connect();
  await isHeld(emulator);
  assert.deepEqual(await client.post({ channel: "/meta/disconnect", id: "5", clientId }), [{ channel: "/meta/disconnect", id: "5", clientId, successful: true }]);
  assert.equal((await last)[0].advice.reconnect, "none");
  assert.deepEqual(emulator.sessions, []);
});

test("payloads have the shapes of the four kinds of events", async (t) => {
  const { emulator, client } = await emulate(t);
  const sent = [
    ["/topic/Accounts", { Id: "1", Name: "größer" }, { type: "updated" }],
    ["/u/notes", "größer"],
    [ORDER, { Number__c: 1 }],
    ["/data/AccountChangeEvent", { Name: "größer" }, { changeType: "GAP_UPDATE", recordIds: ["a", "b"] }],
  ];
  await client.handshake();
  for (const [channel] of sent) await client.subscribe(channel, -2);
  const ids = sent.map((event) => emulator.publish(...event));
  const [topic, generic, event, change] = await client.events();
  assert.deepEqual([topic, generic, event, change].map(({ channel }) => channel), sent.map(([channel]) => channel));
  assert.deepEqual(idsOf([topic, generic, event, change]), ids);
  const { createdDate } = topic.data.event;
  assert.match(createdDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(topic.data, { event: { createdDate, replayId: Number(ids[0]), type: "updated" }, sobject: sent[0][1] });
  assert.deepEqual(Object.keys(generic.data.event), ["createdDate", "replayId"]);
  assert.equal(generic.data.payload, "größer");
  assert.deepEqual(Object.keys(event.data), ["schema", "payload", "event"]);
  assert.deepEqual(Object.keys(event.data.payload), ["Number__c", "CreatedById", "CreatedDate"]);
  assert.deepEqual(Object.keys(event.data.event), ["replayId", "EventUuid"]);
  const { ChangeEventHeader: header, Name } = change.data.payload;
  assert.deepEqual([header.entityName, header.changeType, header.recordIds, Name], ["Account", "GAP_UPDATE", ["a", "b"], "größer"]);
});

test("replay: the tip, everything, and behind an id; ids are not contiguous, and may have 64 bits", async (t) => {
  for (const replayIdsAbove of ["1000", "9223372036854770000"]) {
    const { emulator, client } = await emulate(t, { replayIdsAbove });
    const ids = publish(emulator, 50);
    assert.ok(ids.every((id) => BigInt(id) > BigInt(replayIdsAbove)));
    assert.ok(ids.some((id, index) => index > 0 && BigInt(id) - BigInt(ids[index - 1]) > 1n));
    await client.handshake();
    /* By hand: a number in JavaScript may not hold it. */
    const from = (id) => `[{"channel":"/meta/subscribe","clientId":"${client.clientId}","subscription":"${ORDER}","ext":{"replay":{"${ORDER}":${id}}}}]`;
    const heard = async (id) => {
      const [{ successful }] = await (await client.send(from(id))).json();
      assert.ok(successful, id);
      const text = await (await client.send(`[{"channel":"/meta/connect","clientId":"${client.clientId}","connectionType":"long-polling","advice":{"timeout":0}}]`)).text();
      return [...text.matchAll(/"replayId":(\d+)/g)].map(([, replayId]) => replayId);
    };
    assert.deepEqual(await heard(-1), []);
    assert.deepEqual(await heard(-2), ids);
    assert.deepEqual(await heard(ids[30]), ids.slice(31));
    assert.deepEqual(await heard(ids[49]), []);
    assert.equal(emulator.requests.at(-2).messages[0].ext.replay[ORDER], ids[49]);
  }
});

test("a replay id that names no event that is kept is refused", async (t) => {
  const { emulator, client } = await emulate(t);
  const [first] = publish(emulator, 1);
  const elsewhere = emulator.publish("/event/Other__e", {});
  await client.handshake();
  const text = (id) => `400::The replayId {${id}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`;
  for (const id of [elsewhere, "1", "99999999", "-3"]) assert.equal((await client.subscribe(ORDER, Number(id))).error, text(id));
  assert.equal((await client.subscribe(ORDER, first)).error, text(first), "a text");
  assert.ok((await client.subscribe(ORDER, Number(first))).successful);
  emulator.expireReplay();
  assert.equal((await client.subscribe(ORDER, Number(first))).error, text(first));
  assert.ok((await client.subscribe(ORDER, -2)).successful);
});

test("a map of replay ids without the channel is refused, and no map means new events", async (t) => {
  const { emulator, client } = await emulate(t);
  publish(emulator, 1);
  await client.handshake();
  const { error } = await client.subscribe(ORDER, undefined, { ext: { replay: { "/topic/A": -1, "/u/b": 12 } } });
  assert.equal(
    error,
    `400::The replayId for channel {${ORDER}} wasn't found using the provided replay ID map {{/topic/A=-1, /u/b=12}}. ` +
      "Ensure that the channel name you provided in the replay map is valid and matches the channel name used for subscribing.",
  );
  assert.ok((await client.subscribe(ORDER)).successful);
  assert.deepEqual(await client.events(), []);
});

test("PushTopics and generic events are kept for 24 hours, the others for 72", async (t) => {
  const { emulator, client } = await emulate(t);
  const channels = ["/topic/Accounts", "/u/notes", ORDER, "/data/AccountChangeEvent"];
  for (const channel of channels) emulator.publish(channel, {});
  const kept = async () => {
    client.accessToken = emulator.login().accessToken;
    await client.handshake();
    for (const channel of channels) await client.subscribe(channel, -2);
    return (await client.events()).map(({ channel }) => channel);
  };
  emulator.advance(24 * HOUR - 60_000);
  assert.deepEqual(await kept(), channels);
  emulator.advance(60_000);
  assert.deepEqual(await kept(), channels.slice(2));
  emulator.advance(48 * HOUR);
  assert.deepEqual(await kept(), []);
});

test("filtered topics hear what meets one of the conditions, and keep the filter out of the replay map", async (t) => {
  const { emulator, client } = await emulate(t, { channels: { "/topic/Accounts": { fields: ["Industry", "City"] } } });
  const filtered = "/topic/Accounts?Industry='Energy'&City=San Francisco";
  await client.handshake();
  const ids = [
    { Industry: "Energy", City: "Oslo" },
    { Industry: "Banking", City: "Oslo" },
    { Industry: "Banking", City: "San Francisco" },
  ].map((record) => emulator.publish("/topic/Accounts", record));
  assert.match((await client.subscribe(filtered, -2)).error, /wasn't found using the provided replay ID map \{\{\/topic\/Accounts\?/);
  assert.ok((await client.subscribe(filtered, undefined, { ext: { replay: { "/topic/Accounts": -2 } } })).successful);
  const events = await client.events();
  assert.deepEqual(idsOf(events), [ids[0], ids[2]]);
  assert.equal(events[0].channel, filtered);
  const { error } = await client.subscribe("/topic/Accounts?Size=3", -1);
  assert.equal(error, "400::Query fields {Size} do not exist on the topic entity");
});

test("custom channels stand for their members, and ChangeEvents for all changes", async (t) => {
  const { emulator, client } = await emulate(t, { channels: { "/event/Orders__chn": { members: [ORDER, "/event/Return__e"] } } });
  await client.handshake();
  const ids = [ORDER, "/event/Other__e", "/event/Return__e", "/data/AChangeEvent", "/data/B__ChangeEvent"].map((channel) => emulator.publish(channel, {}));
  await client.subscribe("/event/Orders__chn", Number(ids[0]));
  assert.deepEqual(idsOf(await client.events()), [ids[2]]);
  await client.subscribe("/data/ChangeEvents", -2);
  assert.deepEqual((await client.events()).map(({ channel }) => channel), ["/data/ChangeEvents", "/data/ChangeEvents"]);
  assert.equal((await client.subscribe("/data/Sales__chn", -1)).error, "400::The channel you requested to subscribe to does not exist {/data/Sales__chn}");
});

test("names that cannot be subscribed to are refused, patterns among them", async (t) => {
  const { emulator, client } = await emulate(t);
  emulator.publish("/u/Notes", "x");
  await client.handshake();
  for (const [name, error] of [
    ["", "400::Channel name not specified"],
    ["topic/A", "400::Channel subscriptions must start with a leading '/'"],
    ["/foo/bar", "403:denied_by_security_policy:create_denied"],
    ["/event/*", "403:denied_by_security_policy:create_denied"],
    ["/**", "403:denied_by_security_policy:create_denied"],
    ["/u/notes", "404::channel names may not vary only by case"],
  ]) {
    assert.equal((await client.subscribe(name, -1)).error, error, name);
  }
  const several = await client.subscribe([ORDER, "/foo"], undefined);
  assert.deepEqual([several.successful, several.subscription], [false, [ORDER, "/foo"]]);
  assert.deepEqual(emulator.sessions[0].channels, []);
  const [publication] = await client.post({ channel: ORDER, clientId: client.clientId, data: {} });
  assert.equal(publication.error, "403:denied_by_security_policy:publish_denied");
});

test("a connect is held for 110 seconds of the service's clock, however fast that is", async (t) => {
  const { emulator, client } = await emulate(t, { speed: 50 });
  await client.open(ORDER);
  const before = emulator.now;
  const [reply] = await client.connect();
  assert.ok(reply.successful);
  assert.ok(emulator.now - before >= 110_000);
  const held = client.connect();
  await isHeld(emulator);
  emulator.advance(110_000);
  assert.ok((await held)[0].successful);
});

test("a client that is away for 40 seconds is unknown", async (t) => {
  const { emulator, client } = await emulate(t);
  await client.open(ORDER);
  emulator.advance(39_000);
  assert.ok((await client.connect({ advice: { timeout: 0 } }))[0].successful);
  emulator.advance(41_000);
  assert.deepEqual(emulator.sessions, []);
  assert.deepEqual(await client.connect(), [
    { channel: "/meta/connect", id: "2", successful: false, error: "403::Unknown client", advice: { reconnect: "handshake", interval: 0 } },
  ]);
  const subscription = await client.subscribe(ORDER, -1);
  assert.deepEqual([subscription.error, subscription.advice], ["403::Unknown client", undefined]);
});

test("a connect in a batch, or with a timeout of 0, is not held; a second one ends the first", async (t) => {
  const { emulator, client } = await emulate(t);
  await client.open(ORDER);
  const connect = { channel: "/meta/connect", clientId: client.clientId, connectionType: "long-polling" };
  const replies = await client.post({ ...connect, id: "7" }, { channel: "/meta/subscribe", id: "8", clientId: client.clientId, subscription: "/u/a" });
  assert.deepEqual(replies.map(({ id, successful }) => [id, successful]), [["8", true], ["7", true]]);
  const first = client.send(JSON.stringify([connect]));
  await isHeld(emulator);
  const second = client.connect();
  assert.deepEqual([(await first).status, await (await first).text()], [500, ""]);
  publish(emulator, 1);
  assert.equal((await second).length, 2);
});

test("cookies have paths and ends, and are wanted back", async (t) => {
  const { emulator, client } = await emulate(t);
  const response = await client.send(JSON.stringify([{ channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["long-polling"] }]));
  const paths = Object.fromEntries(response.headers.getSetCookie().map((line) => [line.split("=")[0], /Path=([^;]*)/.exec(line)[1]]));
  assert.deepEqual(paths, { BrowserId: "/", t: "/cometd/", "force-stream": "/", BAYEUX_BROWSER: "/cometd/" });
  assert.match(response.headers.getSetCookie().find((line) => line.startsWith("force-stream")), /Max-Age=10800;Expires=/);
  [{ clientId: client.clientId }] = await response.json();
  assert.ok((await client.connect())[0].successful);

  const cookies = [...client.jar];
  client.jar.delete("BAYEUX_BROWSER");
  assert.equal((await client.connect())[0].error, `400::Client ${client.clientId} has established a session, but no BAYEUX_BROWSER cookie present`);
  for (const [name, value] of cookies) client.jar.set(name, value);
  client.jar.delete("force-stream");
  assert.equal((await client.connect())[0].error, "403::Unknown client");
  for (const [name, value] of cookies) client.jar.set(name, value);
  assert.ok((await client.connect({ advice: { timeout: 0 } }))[0].successful);

  /* The balancer's own end, for a client that keeps the cookie for longer; the session is kept alive until then. */
  for (let minutes = 0; minutes < 180; minutes += 0.5) {
    emulator.advance(30_000);
    const [reply] = await client.connect({ advice: { timeout: 0 } });
    if (!reply.successful) {
      assert.equal(reply.error, "403::Unknown client");
      assert.ok(minutes > 178, String(minutes));
    }
  }
  assert.ok((await client.handshake()).successful);
});

test("one browser has one session", async (t) => {
  const { emulator, client } = await emulate(t);
  await client.open(ORDER);
  const held = client.connect();
  await isHeld(emulator);
  await client.handshake();
  assert.equal((await held)[0].error, "403::Unknown client");
  assert.equal(emulator.sessions.length, 1);
});

test("several clients hear the same events, each in its own time", async (t) => {
  const { emulator, client } = await emulate(t);
  const others = [clientOf(emulator.login()), clientOf(emulator.login())];
  for (const one of [client, ...others]) await one.open(ORDER);
  assert.equal(new Set(emulator.sessions.map(({ clientId }) => clientId)).size, 3);
  const held = client.connect();
  await isHeld(emulator);
  const ids = publish(emulator, 3);
  assert.deepEqual(idsOf((await held).slice(0, -1)), ids);
  await others[0].subscribe("/u/notes", -1);
  const note = emulator.publish("/u/notes", "for one");
  assert.deepEqual(emulator.sessions.map(({ queued }) => queued), [0, 4, 3]);
  assert.deepEqual(idsOf(await others[0].events()), [...ids, note]);
  assert.deepEqual(idsOf(await others[1].events()), ids);
});

test("every request needs a token, and a held connect is told when its token is revoked", async (t) => {
  const { emulator, client } = await emulate(t, { tokenLifetime: HOUR });
  await client.open(ORDER);
  const held = client.connect();
  await isHeld(emulator);
  emulator.expireToken(client.accessToken);
  const advice = { reconnect: "none", interval: 0 };
  const { clientId } = client;
  assert.deepEqual(await held, [{ channel: "/meta/connect", id: "2", successful: false, error: "401::Authentication invalid", clientId, advice }]);
  const handshake = async () => {
    const { successful, error, advice: told, ext } = await client.handshake();
    return successful ? "ok" : [error, told.reconnect, ext.sfdc.failureReason];
  };
  assert.deepEqual(await handshake(), ["403::Handshake denied", "none", "401::Authentication invalid"]);
  client.accessToken = undefined;
  assert.deepEqual(await handshake(), ["403::Handshake denied", "none", "401::Request requires authentication"]);
  client.accessToken = emulator.login().accessToken;
  assert.equal(await handshake(), "ok");
  /* Use prolongs it. */
  for (let minutes = 0; minutes < 90; minutes += 30) {
    emulator.advance(30 * 60_000);
    assert.equal(await handshake(), "ok");
  }
  emulator.advance(HOUR);
  assert.deepEqual(await handshake(), ["403::Handshake denied", "none", "401::Authentication invalid"]);
});

test("a session belongs to one user", async (t) => {
  const users = [{ username: "ada@example.com" }, { username: "bob@example.com" }];
  const { emulator, client } = await emulate(t, { users });
  await client.open(ORDER);
  client.accessToken = emulator.login("bob@example.com").accessToken;
  assert.equal((await client.connect())[0].error, "400::Authenticated user id does not match the session's user id");
});

test("what is wrong with a request to the endpoint itself", async (t) => {
  const { emulator, client } = await emulate(t);
  assert.equal((await clientOf(emulator.login(), "").handshake()).error, "400::API version in the URI is mandatory. URI format: '/cometd/68.0'");
  const old = await clientOf(emulator.login(), "36.0").handshake();
  assert.deepEqual([old.error, old.ext.sfdc.failureReason.slice(0, 29)], ["403::Handshake denied", "400::Unsupported API version."]);
  assert.equal((await client.handshake({ supportedConnectionTypes: ["websocket"] })).error, "400::Invalid connection type {websocket}");
  const [early] = await client.post({ channel: "/meta/subscribe", subscription: ORDER });
  assert.equal(early.error, "403::Client has not completed handshake");
  await client.handshake();
  const large = await client.send(JSON.stringify([{ channel: "/meta/connect", clientId: client.clientId, ext: "x".repeat(32_768) }]));
  assert.deepEqual([large.status, (await large.text()).includes("Maximum Request Size Exceeded")], [413, true]);
  for (const body of ["{", "[]", "3", '[{"data":1}]']) assert.equal((await client.send(body)).status, 400, body);
  assert.equal((await client.send("[]", { "content-type": "text/plain" })).status, 400);
  assert.equal((await fetch(`${emulator.instanceUrl}/cometd/60.0`)).status, 405);
});

test("pages of other origins may ask for tokens, and stream only where that is allowed", async (t) => {
  for (const allowPages of [false, true]) {
    const { emulator } = await emulate(t, { allowPages });
    const ask = (url) => fetch(url, { method: "OPTIONS", headers: { origin: "https://example.org", "access-control-request-method": "POST" } });
    const token = await ask(`${emulator.loginUrl}/services/oauth2/token`);
    assert.equal(token.headers.get("access-control-allow-origin"), "https://example.org");
    const streaming = await ask(`${emulator.instanceUrl}/cometd/60.0`);
    assert.equal(streaming.headers.get("access-control-allow-origin"), allowPages ? "https://example.org" : null);
    assert.equal(streaming.status, allowPages ? 204 : 405);
  }
});

test("tens of thousands of events come in a few seconds", async (t) => {
  const { emulator, client } = await emulate(t);
  const ids = publish(emulator, 30_000);
  await client.open(ORDER, -2);
  const began = performance.now();
  const heard = [];
  while (heard.length < ids.length) heard.push(...idsOf(await client.events()));
  assert.deepEqual(heard, ids);
  assert.ok(performance.now() - began < 10_000);
});
