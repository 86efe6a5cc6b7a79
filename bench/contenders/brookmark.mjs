/** Brookmark, as built into dist/. The first of a list is the one that is compared with the peers. */
import { EventSource, jsonStream, sse } from "../../dist/index.js";
import { eventSourceClass } from "./event-source.mjs";

const stream = {
  name: "brookmark sse()",
  async connect({ url, fetch, json }, take) {
    await sse(url, {
      fetch,
      retry: false,
      decode: json ? "json" : "text",
      onEvent({ type, data, id }) {
        take(type, data, id);
      },
    }).closed;
  },
};

const records = {
  name: "brookmark jsonStream()",
  async connect({ url, fetch, json, end }, take) {
    await jsonStream(url, {
      fetch,
      retry: false,
      framing: end === "\n" ? "lines" : "cr",
      decode: json ? "json" : "text",
      onEvent({ type, data, id }) {
        take(type, data, id);
      },
    }).closed;
  },
};

/** By format. */
export const ours = {
  sse: [stream, eventSourceClass("brookmark EventSource", (url, fetch) => new EventSource(url, { fetch }))],
  ndjson: [records],
};
