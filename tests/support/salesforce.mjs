// The emulator of Salesforce and a client by hand.

import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { clientOf } from "./bayeux-client.mjs";
import { until } from "./waiting.mjs";

export const ORDER = "/event/Order__e";
export const HOUR = 3_600_000;

/** An emulator that ends with the test `t`, and a client that is logged in. */
export async function emulate(t, options) {
  const emulator = await salesforceEmulator(options);
  t.after(() => emulator.stop());
  return { emulator, client: clientOf(emulator.login()) };
}

/** The ids of events, as texts. */
export const idsOf = (events) => events.map(({ data }) => String(data.event.replayId));

/** Waits until a connect is held. */
export const isHeld = (emulator) => until("the held connect", () => emulator.sessions.some((session) => session.isHeld));

/** Waits until a connect is held in a session that has a channel: what is published now is heard. */
export const isHeard = (emulator) =>
  until("the subscription", () => emulator.sessions.some(({ isHeld, channels }) => isHeld && channels.length > 0));

/** Publishes so many events; gives their ids. */
export const publish = (emulator, count, channel = ORDER) => Array.from({ length: count }, (_, n) => emulator.publish(channel, { n }));
