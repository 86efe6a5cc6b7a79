// What an answer that gets lost takes with it: a service that has sent an event does not send it again, unless it is asked to.

import assert from "node:assert/strict";
import test from "node:test";
import { clientOf } from "../support/bayeux.mjs";
import { until } from "../support/waiting.mjs";
import { ORDER, emulate, isHeard, isHeld, publish } from "../support/salesforce.mjs";

test("events in an answer that is cut come all the same, each once and in order", async (t) => {
  const { emulator } = await emulate(t);
  const { accessToken, instanceUrl } = emulator.login();
  const { hear } = clientOf(t, `${instanceUrl}/cometd/60.0`, { auth: accessToken });
  const stream = hear(ORDER, { replay: -1 });
  await stream.open();
  const ids = publish(emulator, 1);
  await stream.received(1);
  await isHeld(emulator);
  emulator.cut({ at: "connect", after: 100 });
  ids.push(...publish(emulator, 3));
  await stream.received(4);
  ids.push(...publish(emulator, 1));
  await stream.received(5);
  assert.deepEqual(stream.data.map(({ event }) => String(event.replayId)), ids);
  assert.deepEqual([stream.errors, stream.gaps], [[], []]);
});

test("who has heard nothing yet cannot ask for what was lost, and is told so", async (t) => {
  const { emulator } = await emulate(t);
  const { accessToken, instanceUrl } = emulator.login();
  const { hear } = clientOf(t, `${instanceUrl}/cometd/60.0`, { auth: accessToken });
  const stream = hear(ORDER, { replay: -1 });
  await stream.open();
  await isHeld(emulator);
  emulator.cut({ at: "connect", after: 100 });
  publish(emulator, 3);
  await until("the loss", () => stream.errors.length > 0);
  assert.deepEqual(stream.errors, ["session-lost"]);
  await isHeard(emulator);
  const ids = publish(emulator, 1);
  await stream.received(1);
  assert.deepEqual(stream.data.map(({ event }) => String(event.replayId)), ids);
});
