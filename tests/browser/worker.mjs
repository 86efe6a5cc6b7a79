// A worker of any kind that consumes the URL it is sent and tells each id, and what its runtime is.

import { runtimeInfo, sse } from "/dist/index.js";

const consume = (url, answer) =>
  sse(url, { onEvent: (event) => answer({ id: event.id, engine: runtimeInfo().engine }) });

/* A dedicated worker answers for itself, a service worker to whoever asked. */
globalThis.onmessage = ({ data: url, source }) => {
  consume(url, (message) => (source ?? globalThis).postMessage(message));
};
globalThis.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data: url }) => consume(url, (message) => port.postMessage(message));
};
