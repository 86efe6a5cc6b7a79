/** Brookmark, as built into dist/. */
import { sse } from "../../dist/index.js";
import { fetchOf } from "./stream.mjs";

const stream = {
  name: "brookmark sse()",
  async run(chunks, take, { json }) {
    await sse("http://source.invalid/", {
      fetch: fetchOf(chunks),
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
