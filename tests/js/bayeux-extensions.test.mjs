// Extensions of the application: what passes them keeps its digits, and what they throw is theirs.

import assert from "node:assert/strict";
import test from "node:test";
import { clientOf, startFaye, startScript, WebSocket } from "../support/bayeux.mjs";
import { until } from "../support/waiting.mjs";

/** Beyond what a double can tell apart. */
const FAR = "9223372036854775807";
const FARTHER = "9223372036854775809";

test("positions that pass extensions go there and back digit for digit", async (t) => {
  let connects = 0;
  const server = await startScript(t, ([{ channel, id }]) => {
    if (channel !== "/meta/connect" || ++connects !== 2) return undefined;
    const event = `{"channel":"/a","data":{"event":{"replayId":${FARTHER}},"n":1}}`;
    return `[${event},{"channel":"/meta/connect","id":"${id}","successful":true}]`;
  });
  const { client, hear } = clientOf(t, server.url, { timestamp: true });
  const incoming = (message) => {
    if (message.data) message.data.seen = true;
  };
  client.addExtension({ outgoing: (message) => ({ ...message, ext: { ...message.ext, token: "t" } }), incoming });
  const stream = hear("/a", { replay: FAR });
  await stream.received(1);
  const asked = server.bodies.find((body) => body.includes("/meta/subscribe"));
  assert.match(asked, new RegExp(`"ext":{"replay":{"/a":${FAR}},"token":"t"}`));
  assert.equal(stream.data[0].seen, true);
  await until("the position", () => stream.stream.position === FARTHER);
});

test("what an extension throws is told as its own, and tried again", async (t) => {
  for (const way of ["outgoing", "incoming"]) {
    const server = await startScript(t);
    const { client, errors } = clientOf(t, server.url);
    const cause = new Error("no luck");
    let count = 0;
    const pass = () => {
      if (count++ === 0) throw cause;
    };
    client.addExtension({ [way]: pass });
    await until("a session", () => client.state === "open");
    const [error] = errors;
    const told = [error.code, error.culprit, error.message, error.cause, errors.length];
    assert.deepEqual(told, ["extension-failed", "handler", "an extension failed: no luck", cause, 1], way);
  }
});

test("what an extension throws over a socket is told as well, and long polling goes on", async (t) => {
  const server = await startFaye(t);
  const { client, errors, hear } = clientOf(t, server.url, { webSocket: WebSocket });
  let fails = false;
  client.addExtension({
    outgoing(message) {
      if (fails && message.connectionType === "websocket") throw new Error("no luck");
    },
  });
  const stream = hear("/a");
  await stream.open();
  fails = true;
  await server.publish("/a", 1);
  await stream.received(1);
  await until("both errors", () => errors.length === 2);
  assert.deepEqual(errors.map(({ code, culprit }) => [code, culprit]), [["extension-failed", "handler"], ["network", "transport"]]);
  await until("long polling", () => client.state === "open");
  await server.publish("/a", 2);
  await stream.received(2);
});

test("a publication that an extension holds back is told, and no empty request is sent", async (t) => {
  const server = await startScript(t);
  const { client } = clientOf(t, server.url);
  client.addExtension({ outgoing: ({ channel }) => (channel === "/a" ? null : undefined) });
  await assert.rejects(client.publish("/a", 1), { code: "extension-failed" });
  assert.ok(!server.bodies.includes("[]"));
});
