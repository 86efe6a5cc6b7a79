// The emulator is believed by the service's own client for Node.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import test from "node:test";
import { flowdockEmulator } from "brookmark/emulators/flowdock";
import { until } from "../support/waiting.mjs";

const { Session } = createRequire(new URL("../peers/", import.meta.url))("flowdock");

/** The client, with an emulator in the place of the service. */
async function clientOf(t, options) {
  const emulator = await flowdockEmulator({ flows: ["acme/main", { path: "acme/help", id: "deadbeef" }], ...options });
  process.env.FLOWDOCK_STREAM_URL = `${emulator.streamUrl}/flows`;
  const session = new Session("token", "", emulator.apiUrl);
  return {
    emulator,
    /** Calls a method that answers by a callback. */
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        session[name](...args, (error, body, response) => (error ? reject(error) : resolve({ body, response })));
      }),
    async open(...args) {
      const stream = session.stream(...args);
      t.after(async () => {
        /* Under today's Node the client throws when it is to end a stream itself: the server does. */
        stream.disconnecting = true;
        emulator.end();
        await once(stream, "disconnected");
        await emulator.stop();
      });
      const heard = { messages: [], errors: [], delays: [] };
      stream.on("message", (message) => heard.messages.push(message));
      stream.on("clientError", (status) => heard.errors.push(status));
      stream.on("reconnecting", (delay) => heard.delays.push(delay));
      await once(stream, "connected");
      return { stream, ...heard };
    },
  };
}

test("the client lists flows, posts, and streams what it posts", async (t) => {
  const { emulator, call, open } = await clientOf(t);
  const { messages } = await open(["acme/main", "deadbeef"], { user: 1 });

  const { body: flows, response } = await call("flows");
  assert.deepEqual(flows.map(({ id, parameterized_name }) => [id, parameterized_name]), [["acme:main", "main"], ["deadbeef", "help"]]);
  assert.deepEqual(flows[0].users.map(({ nick }) => nick), ["Ada"]);
  assert.equal(response.headers["flowdock-user"], "1");

  const posts = [
    ["message", "acme:main", "Hi @Ada, a #Bug", ["Urgent"]],
    ["status", "deadbeef", "away"],
    ["comment", "acme:main", 1, "mended", []],
    ["threadMessage", "acme:main", "a-thread", "in a thread", []],
    ["privateMessage", 1, "psst", []],
    ["editMessage", "main", "acme", 1, { content: "Hi @Ada" }],
  ];
  for (const post of posts) assert.ok((await call(...post)).response.statusCode < 300, post[0]);
  await until("all messages", () => messages.length === posts.length);
  assert.deepEqual(
    messages.map(({ flow, to, id, event, content, user }) => [flow ?? `to ${to}`, id, event, content, user]),
    [
      ["acme:main", 1, "message", "Hi @Ada, a #Bug", "1"],
      ["deadbeef", 1, "status", "away", "1"],
      ["acme:main", 2, "comment", { title: "Hi @Ada, a #Bug", text: "mended" }, "1"],
      ["acme:main", 3, "message", "in a thread", "1"],
      ["to 1", 1, "message", "psst", "1"],
      ["acme:main", 4, "message-edit", { message: 1, updated_content: "Hi @Ada" }, "1"],
    ],
  );
  assert.deepEqual(messages[0].tags, ["urgent", ":user:1", "bug"]);
  assert.deepEqual(messages[2].tags, ["influx:1"]);
  assert.equal(messages[3].thread_id, "a-thread");
  assert.equal(emulator.messages("acme/main")[0].content, "Hi @Ada");
});

test("the client stands signs of life and records with line feeds in them", async (t) => {
  const { emulator, open } = await clientOf(t, { keepAlive: 5 });
  const { messages, errors } = await open("acme/main");
  for (let n = 1; n <= 20; n += 1) {
    emulator.post("acme/main", `message ${n}, größer`);
    await until(`message ${n}`, () => messages.length === n);
  }
  assert.deepEqual(messages.map(({ id }) => id), Array.from({ length: 20 }, (_, index) => index + 1));
  assert.equal(messages[7].content, "message 8, größer");
  assert.deepEqual(errors, []);
});

test("the client comes back after an end at once, and after an error later", async (t) => {
  const { emulator, open } = await clientOf(t);
  const { stream, messages, errors, delays } = await open("acme/main");
  emulator.end();
  await once(stream, "connected");
  emulator.refuse({ status: 503, times: 1 });
  emulator.end();
  await once(stream, "connected");
  emulator.post("acme/main", "still there?");
  await until("the message", () => messages.length === 1);
  assert.deepEqual([errors, delays], [[0, 0, 503], [0, 0, 2_000]]);
});

test("the client is refused without a token that is known", async (t) => {
  const emulator = await flowdockEmulator();
  t.after(() => emulator.stop());
  const session = new Session("nobody", "", emulator.apiUrl);
  const failed = once(session, "error");
  session.flows(() => {});
  assert.equal((await failed)[0].message, "Received status 401");
});
