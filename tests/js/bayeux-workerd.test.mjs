// Bayeux in workerd, which keeps no cookies and has a WebSocket.

import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { startCometd, startFaye } from "../support/bayeux.mjs";
import { until } from "../support/waiting.mjs";
import { workerModules } from "../support/workerd.mjs";

const entry = fileURLToPath(new URL("../support/bayeux-worker.mjs", import.meta.url));

async function workerOf(t) {
  const workerd = new Miniflare({ modules: await workerModules(entry), compatibilityDate: "2026-04-01" });
  t.after(() => workerd.dispose());
  return async (plan) => {
    const response = await workerd.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(plan) });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
}

const WANT = { heard: [["/a/b", 1], ["/a/b", 2], ["/a/c", 3]], answered: true, sessions: 1, codes: [], engine: "wasm" };

test("a worker hears and publishes, with cookies of its own", async (t) => {
  const visit = await workerOf(t);
  const server = await startCometd(t);
  let published = 0;
  server.cometd.createServerChannel("/a/b").addListener("message", (_session, _channel, _message, callback) => {
    published++;
    callback();
  });
  const visited = visit({ url: server.url, count: 3 });
  await until("the worker's publications", () => published === 2);
  server.publish("/a/c", 3);
  assert.deepEqual(await visited, WANT);
});

test("a worker hears over a socket", async (t) => {
  const visit = await workerOf(t);
  const server = await startFaye(t);
  let sockets = 0;
  server.server.on("upgrade", () => sockets++);
  let published = 0;
  const done = new Promise((resolve) => server.faye.on("publish", () => ++published === 2 && resolve()));
  const visited = visit({ url: server.url, count: 3 });
  await done;
  server.publish("/a/c", 3);
  assert.deepEqual(await visited, WANT);
  assert.equal(sockets, 1);
});
