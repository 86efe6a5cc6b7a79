// The rules of EventSource, in Node.

import test from "node:test";
import { EventSource } from "brookmark";
import { keep, rules } from "../support/eventsource-rules.mjs";
import { serveEventSources } from "../support/eventsource-server.mjs";

test("EventSource in Node", { concurrency: 16 }, async (t) => {
  const server = await serveEventSources();
  t.after(() => server.close());
  /* Node's fetch keeps none. */
  const kept = rules.filter(({ needs }) => needs !== "cookies");
  await Promise.all(kept.map((rule) => t.test(rule.name, () => keep(rule, EventSource, server))));
});
