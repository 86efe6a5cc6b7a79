// A worker of any kind that runs the rules it is sent the names of, with ours as its global EventSource.

import { EventSource } from "/dist/index.js";
import { keep, rules } from "/tests/support/eventsource-rules.mjs";

globalThis.EventSource = EventSource;

/** @returns what went wrong, by rule */
async function run({ names, origins }) {
  const wrong = [];
  for (const rule of rules.filter(({ name }) => names.includes(name))) {
    await keep(rule, globalThis.EventSource, origins).catch((error) => wrong.push(`${rule.name}: ${error.stack}`));
  }
  return { kind: globalThis.constructor.name, wrong };
}

/* A service worker answers whoever asked; it must not be ended before. */
globalThis.onmessage = (event) => {
  const answering = run(event.data).then((answer) => (event.source ?? globalThis).postMessage(answer));
  event.waitUntil?.(answering);
};

/* A shared worker has ports. */
globalThis.onconnect = ({ ports: [port] }) => {
  port.onmessage = async ({ data }) => port.postMessage(await run(data));
};
