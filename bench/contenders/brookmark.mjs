/** Brookmark, as built into dist/. The first of a list is the one that is compared with the peers. */
import { sse } from "../../dist/index.js";

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

export const sseOurs = [stream];
export const ndjsonOurs = [];
