/**
 * Who else reads JSON records. `ndjson` and `can-ndjson-stream` are the most used packages made for it,
 * for Node and for pages, and `json-ext` is the most used one that can; many write a loop by hand instead, which is
 * also the fastest.
 */
import { parseChunked } from "@discoveryjs/json-ext";
import ndjsonStream from "can-ndjson-stream";
import { streamOf } from "./stream.mjs";

const byHand = {
  name: "hand-written loop",
  feeder(take, { json, end }) {
    const decoder = new TextDecoder();
    const record = json ? (text) => take("message", JSON.parse(text), "") : (text) => take("message", text, "");
    let rest = "";
    return (chunk) => {
      const text = decoder.decode(chunk, { stream: true });
      let start = 0;
      for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, start)) {
        const line = rest + text.slice(start, at);
        rest = "";
        start = at + 1;
        if (line) record(line);
      }
      rest += text.slice(start);
    };
  },
};

const jsonExt = {
  name: "json-ext 1",
  only: { json: true },
  async run(chunks, take) {
    const onRootValue = (value) => take("message", value, "");
    await parseChunked(chunks, { mode: "jsonl", onRootValue });
  },
};

const canNdjsonStream = {
  name: "can-ndjson-stream 1",
  only: { json: true, end: "\n" },
  async run(chunks, take) {
    const reader = ndjsonStream(streamOf(chunks)).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) take("message", next.value, "");
  },
};

export const ndjsonPeers = [byHand, jsonExt, canNdjsonStream];
