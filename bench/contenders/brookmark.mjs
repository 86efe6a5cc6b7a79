/** Brookmark, as built into dist/. The first of a list is the one that is compared with the peers. */
import { EventSource, JsonDecoderStream, createJsonParser, createSseParser, init, jsonStream, sse } from "../../dist/index.js";
import { eventSourceClass } from "./event-source.mjs";
import { streamOf } from "./stream.mjs";

const parser = {
  name: "brookmark createSseParser()",
  /* Before, it only keeps what it is fed. */
  ready: init,
  feeder(take, { json }) {
    const onEvent = json
      ? ({ type, data, id }) => take(type, JSON.parse(data), id)
      : ({ type, data, id }) => take(type, data, id);
    const parser = createSseParser({ onEvent });
    return (chunk) => parser.feed(chunk);
  },
};

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

const jsonParser = {
  name: "brookmark createJsonParser()",
  ready: init,
  feeder(take, { json, end }) {
    const onRecord = json
      ? ({ data }) => take("message", JSON.parse(data), "")
      : ({ data }) => take("message", data, "");
    const parser = createJsonParser({ framing: end === "\n" ? "lines" : "cr", onRecord });
    return (chunk) => parser.feed(chunk);
  },
};

const decoder = {
  name: "brookmark JsonDecoderStream",
  only: { json: true },
  async run(chunks, take, { end }) {
    const values = streamOf(chunks).pipeThrough(new JsonDecoderStream({ framing: end === "\n" ? "lines" : "cr" }));
    const reader = values.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) take("message", next.value, "");
  },
};

/** By format. */
export const ours = {
  sse: [parser, stream, eventSourceClass("brookmark EventSource", (url, fetch) => new EventSource(url, { fetch }))],
  ndjson: [jsonParser, records, decoder],
};
