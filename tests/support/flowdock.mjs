// The connector against the emulator.

import { flowdock } from "brookmark/connectors";
import { flowdockEmulator } from "brookmark/emulators/flowdock";
import { watchWith } from "./watch.mjs";

export const FLOWS = ["acme/main", "acme/help"];

/** An emulator that ends with the test `t`. */
export async function emulate(t, options) {
  const emulator = await flowdockEmulator({ flows: FLOWS, ...options });
  t.after(() => emulator.stop());
  return emulator;
}

/** The connector's options for an emulator. */
export const at = ({ streamUrl, apiUrl }, options) => ({ streamUrl, apiUrl, token: "token", flows: FLOWS, ...options });

/** Consumes the emulator's messages until `t` ends. */
export const watchFlows = (t, emulator, options) => watchWith((_, given) => flowdock(at(emulator, given)), t, null, options);

/** Posts so many messages; each tells its number in its flow. */
export function post(emulator, flow, count) {
  for (let n = 0; n < count; n += 1) emulator.post(flow, `${flow} – größer`);
}

/** `flow id` of each event, in the order of their arrival. */
export const heard = ({ events }) => events.map(({ data }) => `${data.flow} ${data.id}`);

/** The same of the messages `from` to `to` of a flow. */
export const messages = (flow, from, to) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${flow.replace("/", ":")} ${from + index}`);

/** The requests for one path, as their queries. */
export const asked = (emulator, path) => emulator.requests.filter((request) => request.path === path).map(({ query }) => query);
