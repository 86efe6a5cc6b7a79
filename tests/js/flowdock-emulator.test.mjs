// What the Flowdock emulator puts on the wire, seen without any client.

import assert from "node:assert/strict";
import { connect } from "node:net";
import test from "node:test";
import { flowdockEmulator } from "brookmark/emulators/flowdock";
import { until } from "../support/waiting.mjs";

const basic = (name, password = "") => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` });

const USERS = [
  { id: 1, nick: "Ada", token: "token" },
  { id: 2, nick: "Bob", email: "bob@example.com", password: "se:cret", flows: ["acme/main"] },
];

async function emulate(t, options) {
  const emulator = await flowdockEmulator({ flows: ["acme/main", "acme/help"], users: USERS, ...options });
  t.after(() => emulator.stop());
  const get = (path, init) => fetch(emulator.apiUrl + path, { headers: basic("token"), ...init });
  const open = (path, headers) => fetch(emulator.streamUrl + path, { headers: { ...basic("token"), ...headers } });
  return { emulator, get, open };
}

const post = (emulator, flow, count) => {
  for (let n = 0; n < count; n += 1) emulator.post(flow, `message ${n} – größer`);
};

/** The body's text so far, once `check` is content with it. */
async function textUntil(response, check) {
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of response.body) {
    text += decoder.decode(piece, { stream: true });
    if (check(text)) return text;
  }
  throw new Error(`the body ended: ${text}`);
}

/** The body's bytes until it breaks; a proper end is a failure. */
async function bytesUntilCut(response) {
  const pieces = [];
  await assert.rejects(async () => {
    for await (const piece of response.body) pieces.push(piece);
  });
  return Buffer.concat(pieces);
}

test("who is asking is known by token, password, bearer or query, and refused otherwise", async (t) => {
  const { emulator } = await emulate(t);
  const cases = [
    [{}, "", 401],
    [basic("token"), "", 200],
    [basic("token", "whatever"), "", 200],
    [basic("tokens"), "", 401],
    [basic("bob@example.com", "se:cret"), "", 200],
    [basic("bob@example.com", "secret"), "", 401],
    [basic("ada@example.com"), "", 401],
    [{ authorization: "Bearer token" }, "", 200],
    [{ authorization: "Bearer " }, "", 401],
    [{}, "?access_token=token", 200],
    [{}, "?access_token=", 401],
  ];
  for (const [headers, query, status] of cases) {
    const response = await fetch(`${emulator.apiUrl}/flows${query}`, { headers });
    assert.equal(response.status, status, JSON.stringify([headers, query]));
    const body = await response.json();
    if (status === 401) assert.deepEqual(body, { message: "Unauthorized" });
  }
  assert.ok(!JSON.stringify(emulator.requests).includes("token"));
});

test("a stream that cannot be had is refused with a reason, in JSON", async (t) => {
  const { emulator } = await emulate(t);
  const bob = basic("bob@example.com", "se:cret");
  for (const [path, status, message] of [
    ["/flows", 400, "Either filter or user needs to be set"],
    ["/flows?filter=acme/none", 404, "Flow not found"],
    ["/flows/acme/none", 404, "Flow not found"],
    ["/flows?filter=acme/main,acme/help", 403, "Access denied"],
    ["/messages", 404, "Not found"],
  ]) {
    const response = await fetch(emulator.streamUrl + path, { headers: bob });
    assert.deepEqual([response.status, await response.json()], [status, { message }], path);
  }
});

test("the JSON stream sends records that end in CR LF, line feeds in some, and line feeds as signs of life", async (t) => {
  const { emulator, open } = await emulate(t, { keepAlive: 20 });
  const response = await open("/flows/acme/main");
  assert.equal(response.headers.get("content-type"), "application/json");
  post(emulator, "acme/main", 8);
  const text = await textUntil(response, (text) => text.split("\r\n").length === 9 && text.endsWith("\n\n"));
  const [signs, ...records] = text.split("\r\n").reverse();
  assert.match(signs, /^\n+$/);
  const messages = records.reverse().map((record) => JSON.parse(record));
  assert.deepEqual(messages, emulator.messages("acme/main"));
  /* Signs of life come between records too. */
  assert.deepEqual(records.map((record) => record.trim().includes("\n")), [...Array(7).fill(false), true]);
  const { uuid, sent, created_at, ...rest } = messages[0];
  assert.deepEqual(rest, {
    event: "message",
    tags: [],
    id: 1,
    flow: "acme:main",
    content: "message 0 – größer",
    app: "chat",
    attachments: [],
    user: "0",
  });
  assert.equal(created_at, new Date(sent).toISOString());
  assert.match(uuid, /^[\w-]{16}$/);
});

for (const [how, path, headers] of [
  ["Accept", "/flows?filter=acme/main,acme/help", { accept: "text/event-stream" }],
  ["the query", "/flows?filter=acme:main,acme:help&accept=text/event-stream", { accept: "application/json" }],
]) {
  test(`the event stream, asked for by ${how}, resumes at its ids`, async (t) => {
    const { emulator, open } = await emulate(t, { keepAlive: 20 });
    const response = await open(path, headers);
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    post(emulator, "acme/main", 2);
    post(emulator, "acme/help", 1);
    const text = await textUntil(response, (text) => text.endsWith("\n\n:\n\n"));
    const blocks = text.split("\n\n").filter((block) => block && block !== ":");
    const events = blocks.map((block) => /^id: (.*)\ndata: (.*)$/.exec(block).slice(1));
    assert.deepEqual(events.map(([, data]) => JSON.parse(data)), [...emulator.messages("acme/main"), ...emulator.messages("acme/help")]);

    const again = await open(path, { ...headers, "last-event-id": events[0][0] });
    const missed = await textUntil(again, (text) => text.split("\n\n").length > 2);
    assert.equal(missed, blocks.slice(1).map((block) => `${block}\n\n`).join(""));
  });
}

test("a message with a user's sign of activity goes to open streams and is not kept", async (t) => {
  const { emulator, open, get } = await emulate(t);
  const response = await open("/flows?filter=acme/main&active=idle");
  emulator.post("acme/main", "hello");
  const [presence, message] = (await textUntil(response, (text) => text.split("\r\n").length === 3)).split("\r\n", 2);
  assert.deepEqual([JSON.parse(presence).event, JSON.parse(presence).id, JSON.parse(message).id], ["activity.user", 1, 2]);
  assert.deepEqual((await (await get("/flows/acme/main/messages")).json()).map(({ id }) => id), [2]);
});

test("private messages go to those who asked for them, and to nobody else", async (t) => {
  const { emulator, open, get } = await emulate(t);
  const ada = await open("/flows?user=1");
  const bystander = await fetch(`${emulator.streamUrl}/flows?filter=acme/main`, { headers: basic("bob@example.com", "se:cret") });
  const body = JSON.stringify({ event: "message", content: "psst" });
  const headers = { ...basic("token"), "content-type": "application/json", "X-flowdock-wait-for-message": "true" };
  const answer = await get("/private/2/messages", { method: "POST", headers, body });
  const { id, to, user, flow } = await answer.json();
  assert.deepEqual([answer.status, id, to, user, flow], [200, 1, "2", "1", undefined]);
  assert.equal(JSON.parse(await textUntil(ada, (text) => text.endsWith("\r\n"))).content, "psst");
  emulator.post("acme/main", "to all");
  assert.equal(JSON.parse(await textUntil(bystander, (text) => text.endsWith("\r\n"))).content, "to all");
});

test("messages are listed in ascending order, from either end, between two ids that are left out", async (t) => {
  const { emulator, get } = await emulate(t);
  post(emulator, "acme/main", 150);
  for (const [query, first, last] of [
    ["", 121, 150],
    ["?sort=asc", 1, 30],
    ["?limit=100", 51, 150],
    ["?since_id=40&sort=asc&limit=100", 41, 140],
    ["?since_id=140&sort=asc&limit=100", 141, 150],
    ["?until_id=41&limit=5", 36, 40],
    ["?since_id=10&until_id=14", 11, 13],
    ["?limit=1&sort=desc", 150, 150],
  ]) {
    const found = await (await get(`/flows/acme/main/messages${query}`)).json();
    assert.deepEqual(found.map(({ id }) => id), Array.from({ length: last - first + 1 }, (_, index) => first + index), query);
  }
  assert.deepEqual(await (await get("/flows/acme/main/messages?since_id=150")).json(), []);
  for (const wrong of ["limit=0", "limit=101", "since_id=x"]) {
    assert.equal((await get(`/flows/acme/main/messages?${wrong}`)).status, 400, wrong);
  }
});

test("a message that the service would not take is refused with what is wrong", async (t) => {
  const { get } = await emulate(t);
  const send = (body, type = "application/json") =>
    get("/flows/acme/main/messages", { method: "POST", headers: { ...basic("token"), "content-type": type }, body });
  for (const [body, field] of [['{"event":"message"}', "content"], ['{"content":"x"}', "event"], [JSON.stringify({ event: "message", content: "x".repeat(8097) }), "content"]]) {
    const response = await send(body);
    const { message, errors } = await response.json();
    assert.deepEqual([response.status, message, Object.keys(errors)], [400, "Validation error", [field]]);
  }
  assert.equal((await send("{")).status, 400);
  assert.equal((await send("<message/>", "text/xml")).status, 400);
  assert.equal((await send("event=message&content=x&tags=a,%23b", "application/x-www-form-urlencoded")).status, 202);
  assert.deepEqual((await (await get("/flows/acme/main/messages/1")).json()).tags, ["a", "b"]);
});

test("a page may send what is documented, and Last-Event-ID is not", async (t) => {
  const { emulator } = await emulate(t);
  const response = await fetch(`${emulator.streamUrl}/flows`, { method: "OPTIONS", headers: { origin: "https://example.org" } });
  assert.equal(response.headers.get("access-control-allow-origin"), "https://example.org");
  const allowed = response.headers.get("access-control-allow-headers").toLowerCase().split(", ");
  assert.ok(allowed.includes("authorization") && !allowed.includes("last-event-id"));
});

test("a stream is cut at the byte that was named", async (t) => {
  const { emulator, open } = await emulate(t);
  const whole = Buffer.from(`${JSON.stringify(emulator.post("acme/main", "– größer –"))}\r\n`);
  for (const after of [1, 60, whole.length - 1]) {
    const response = await open("/flows?filter=acme/main");
    emulator.cut({ after });
    emulator.post("acme/main", "– größer –");
    assert.equal((await bytesUntilCut(response)).length, after);
  }
  const idle = await open("/flows?filter=acme/main");
  emulator.cut();
  assert.equal((await bytesUntilCut(idle)).length, 0);
});

test("a restart keeps the address and the messages", async (t) => {
  const { emulator, open, get } = await emulate(t);
  const before = [emulator.streamUrl, emulator.apiUrl];
  emulator.post("acme/main", "kept");
  const response = await open("/flows?filter=acme/main");
  assert.equal(emulator.connections, 1);
  await emulator.stop();
  await bytesUntilCut(response);
  await assert.rejects(get("/flows"));
  await emulator.start();
  assert.deepEqual([emulator.streamUrl, emulator.apiUrl], before);
  assert.equal((await (await get("/flows/acme/main/messages")).json())[0].content, "kept");
  assert.equal(emulator.connections, 0);
});

test("requests are refused as told: so many of them, of one host, with a time", async (t) => {
  const { emulator, get, open } = await emulate(t);
  emulator.refuse({ status: 429, host: "api", times: 2, retryAfter: 7 });
  assert.equal((await open("/flows?filter=acme/main")).status, 200);
  const refused = await get("/flows");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "7"]);
  assert.deepEqual([(await get("/flows")).status, (await get("/flows")).status], [429, 200]);
  emulator.refuse();
  assert.deepEqual([(await get("/flows")).status, (await open("/flows?user=1")).status], [503, 503]);
  emulator.accept();
  assert.equal((await get("/flows")).status, 200);
});

test("an end is proper, behind what was sent", async (t) => {
  const { emulator, open } = await emulate(t);
  const response = await open("/flows?filter=acme/main");
  post(emulator, "acme/main", 3);
  emulator.end();
  emulator.post("acme/main", "too late");
  assert.equal((await response.text()).split("\r\n").length, 4);
});

test("a client that does not read is cut off, and one that does is not", async (t) => {
  const { emulator, open } = await emulate(t, { maxLag: 100 });
  const { hostname, port } = new URL(emulator.streamUrl);
  const idler = connect(Number(port), hostname);
  idler.on("error", () => {});
  idler.write(`GET /flows?filter=acme/main HTTP/1.1\r\nHost: flowdock\r\nAuthorization: ${basic("token").authorization}\r\n\r\n`);
  await until("the idler's stream", () => emulator.connections === 1);
  const reader = await open("/flows?filter=acme/main");
  let read = 0;
  const reading = reader.body.pipeTo(new WritableStream({ write: (piece) => void (read += piece.length) })).catch(() => {});
  let sent = 0;
  while (emulator.connections === 2) {
    const message = emulator.post("acme/main", "x".repeat(8_000));
    sent += Buffer.byteLength(JSON.stringify(message));
    if (message.id % 50 === 0) await until("the reader's bytes", () => read >= sent);
  }
  await until("the reader's bytes", () => read >= sent);
  assert.equal(emulator.connections, 1);
  idler.destroy();
  await emulator.stop();
  await reading;
});
