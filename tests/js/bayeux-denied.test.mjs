// Credentials that are refused in the answer to a handshake, as Salesforce does.

import assert from "node:assert/strict";
import test from "node:test";
import { clientOf } from "../support/bayeux.mjs";
import { emulate } from "../support/salesforce.mjs";
import { until } from "../support/waiting.mjs";

test("a client whose new credentials are refused, too, has ended", async (t) => {
  const { emulator } = await emulate(t);
  const asked = [];
  const auth = ({ refresh }) => (asked.push(refresh), "nobody's");
  const { client, errors } = clientOf(t, `${emulator.instanceUrl}/cometd/60.0`, { auth });
  await until("the end", () => client.state === "closed");
  assert.deepEqual([asked, errors.map(({ code }) => code)], [[false, true], ["unauthorized"]]);
});
