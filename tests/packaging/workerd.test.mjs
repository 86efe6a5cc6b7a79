/** The packed package in workerd, with a Durable Object's storage as its store. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { rules } from "../support/eventsource-rules.mjs";
import { serveEventSources } from "../support/eventsource-server.mjs";
import { workerModules } from "../support/workerd.mjs";
import { installedFor, root } from "./support/package.mjs";
import { keepsItsPlace } from "./support/two-visits.mjs";

test("keeps its place in a Durable Object that is evicted between the visits", async (t) => {
  const { folder } = await installedFor(t, "worker.mjs", "visit.mjs");
  const modules = await workerModules(join(folder, "worker.mjs"));
  const visit = async (url, until) => {
    const workerd = new Miniflare({
      modules,
      compatibilityDate: "2026-04-01",
      durableObjects: { READER: "Reader" },
      durableObjectsPersist: join(folder, "storage"),
    });
    try {
      const response = await workerd.dispatchFetch(`http://worker/?${new URLSearchParams({ url, until })}`);
      if (!response.ok) throw new Error(await response.text());
      return await response.json();
    } finally {
      await workerd.dispose();
    }
  };
  await keepsItsPlace(visit, { engine: "wasm" });
});

test("EventSource keeps its rules", async (t) => {
  const server = await serveEventSources();
  t.after(() => server.close());
  const { folder } = await installedFor(t, "eventsource-worker.mjs");
  const support = join(root, "tests", "support");
  for (const name of ["anywhere.mjs", "eventsource", "eventsource-rules.mjs"]) {
    await cp(join(support, name), join(folder, name), { recursive: true });
  }
  const workerd = new Miniflare({
    modules: await workerModules(join(folder, "eventsource-worker.mjs")),
    compatibilityDate: "2026-04-01",
  });
  t.after(() => workerd.dispose());
  const { origin, otherOrigin, deadOrigin } = server;
  const ask = async (about) => {
    const response = await workerd.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(about) });
    return response.json();
  };
  const steps = JSON.stringify([{ body: "data: 1\n\ndata: 2\n\n" }]);
  const url = `${origin}/events?${new URLSearchParams({ key: "throws", steps })}`;
  assert.deepEqual(await ask({ url }), ["1", "2"]);

  /* Several requests, since each may have six connections of its own. */
  const origins = { origin, otherOrigin, deadOrigin };
  const share = Math.ceil(rules.length / 8);
  const shares = rules.flatMap((_, index) => (index % share ? [] : [ask({ origins, from: index, to: index + share })]));
  assert.deepEqual((await Promise.all(shares)).flat(), []);
});
