// Each error of Salesforce at each place where a client can meet it: what can go on does, what cannot is told, and nothing is silent.

import assert from "node:assert/strict";
import test from "node:test";
import { countsOf, matrix } from "../bayeux/matrix.mjs";
import { ours } from "../bayeux/ours.mjs";
import { PLACES, ROWS } from "../bayeux/rows.mjs";

/** What passes by itself, where it is documented. */
const PASSING = [
  ...["authentication-invalid", "authentication-required", "unknown-client", "unknown-client-none", "disconnect", "disconnect-unknown-client"],
  ...["user-mismatch", "not-handshaken", "concurrent-users", "connections-per-server", "daily-limit", "busy"],
  ...["session-unknown", "unknown-client-faye", "html", "unavailable", "server-error", "empty"],
];

test("no error is silent, and each that passes is survived without a loss", async () => {
  const results = await matrix(await ours(), PLACES);
  const { silent, told } = countsOf(results);
  assert.deepEqual([results.length, silent, told], [ROWS.length * PLACES.length, 0, 0]);
  const fatal = results.filter(({ row, isDocumented, outcome }) => PASSING.includes(row) && isDocumented && outcome !== "recovered");
  assert.deepEqual(fatal, []);
  const mute = results.filter(({ outcome, told }) => outcome === "stopped" && told.length === 0);
  assert.deepEqual(mute, []);
  assert.deepEqual(results.filter(({ met }) => met === 0), []);
});

test("a replay id that is refused at a new session is a gap, and the channel goes on", async () => {
  const rows = ROWS.filter(({ row }) => row === "replay-invalid");
  const [{ outcome, told }] = await matrix(await ours(), ["resubscribe"], { rows });
  assert.equal(outcome, "recovered");
  assert.ok(told.includes("gap: position-expired"), String(told));
});
