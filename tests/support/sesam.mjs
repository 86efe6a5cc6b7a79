// The connector to Sesam against the emulator.

import { sesam } from "brookmark/connectors";
import { sesamEmulator } from "brookmark/emulators/sesam";
import { watchWith } from "./watch.mjs";

/** An emulator with the dataset `items`, which ends with the test `t`. */
export async function emulate(t, dataset) {
  const emulator = await sesamEmulator({ datasets: [{ name: "items", ...dataset }] });
  t.after(() => emulator.stop());
  return emulator;
}

/** Consumes the dataset until `t` ends; it looks for more often. */
export const pull = (t, emulator, options) =>
  watchWith(sesam, t, emulator.endpoint("items"), { auth: "token", every: 20, ...options });

/** A dataset of which everything is true. */
export const CHRONOLOGICAL = { supportsSince: true, isChronological: true };

export function put(emulator, from, to) {
  for (let n = from; n <= to; n += 1) emulator.put("items", { _id: `e${n}`, n });
}

/** The ids of entities from one number to another. */
export const numbered = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => `e${from + n}`);
