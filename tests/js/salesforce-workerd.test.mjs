// Salesforce Streaming in workerd, which keeps no cookies, and signs by WebCrypto.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { Miniflare } from "miniflare";
import { ORDER, isHeard, publish } from "../support/salesforce.mjs";
import { workerModules } from "../support/workerd.mjs";

const entry = fileURLToPath(new URL("../support/salesforce-worker.mjs", import.meta.url));

test("a worker logs in, and hears what is published, through a session that is lost", async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const emulator = await salesforceEmulator({ apps: [{ clientId: "client-id", publicKey }] });
  t.after(() => emulator.stop());
  const workerd = new Miniflare({ modules: await workerModules(entry), compatibilityDate: "2026-04-01" });
  t.after(() => workerd.dispose());
  const { loginUrl } = emulator;
  const sent = publish(emulator, 2);
  const body = JSON.stringify({ loginUrl, privateKey, channels: [ORDER], count: 3 });
  const visited = workerd.dispatchFetch("http://worker/", { method: "POST", body });
  await isHeard(emulator);
  emulator.moveSession({ advice: "none" });
  sent.push(...publish(emulator, 1));
  const response = await visited;
  assert.equal(response.status, 200, response.ok ? "" : await response.clone().text());
  assert.deepEqual(await response.json(), { ids: sent, sessions: 2 });
  assert.deepEqual(emulator.sessions, []);
});
