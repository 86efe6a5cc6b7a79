// The connector against the emulator.

import { firehose } from "brookmark/connectors";
import { firehoseEmulator } from "brookmark/emulators/firehose";
import { watchWith } from "./watch.mjs";

/** An emulator that ends with the test `t`. */
export async function emulate(t, options) {
  const emulator = await firehoseEmulator(options);
  t.after(() => emulator.stop());
  return emulator;
}

/** The connector's options for an emulator. */
export const at = ({ url }, options) => ({
  apiUrl: url,
  token: "token",
  every: 10,
  ...(options?.resources ? {} : { resource: "deals" }),
  ...options,
});

/** Consumes the emulator's changes until `t` ends. */
export const watchChanges = (t, emulator, options) => watchWith((_, given) => firehose(at(emulator, given)), t, null, options);

/** Creates so many. */
export function create(emulator, count, resource = "deals") {
  for (let n = 0; n < count; n += 1) emulator.change(resource, { name: `größer ${n}` });
}

/** The ids of what changed, in the order of arrival. */
export const changed = ({ events }, type = "deal") => events.filter(({ data }) => data.meta.type === type).map(({ data }) => data.data.id);

export const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The pages that were asked for, as their queries. */
export const asked = (emulator, resource = "deals") =>
  emulator.requests.filter(({ path }) => path === `/v3/${resource}/stream`).map(({ query }) => query);
