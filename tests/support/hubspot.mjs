// The connector to HubSpot against the emulator.

import { hubspot } from "brookmark/connectors";
import { hubspotEmulator } from "brookmark/emulators/hubspot";
import { watchWith } from "./watch.mjs";

/** An emulator that ends with the test `t`. */
export async function emulate(t, options) {
  const emulator = await hubspotEmulator(options);
  t.after(() => emulator.stop());
  return emulator;
}

/** Consumes deals until `t` ends, or until there are no more; nothing needs to settle. */
export const consume = (t, emulator, options) =>
  watchWith((apiUrl, given) => hubspot({ apiUrl, ...given }), t, emulator.url, { token: "token", object: "deals", settle: 0, every: 50, ...options });

/** The bodies of the searches that were made. */
export const searches = ({ requests }) => requests.filter(({ path }) => path.endsWith("/search")).map(({ body }) => JSON.parse(body));

/** What a search asks for: the window, and the id behind which it goes on. */
export const asked = ({ filterGroups: [{ filters }] }) => filters.map(({ value }) => Number(value));
