/**
 * Who else reads JSON records, for every runtime. The most used packages only parse; a loop as one
 * writes it by hand is what many have instead.
 */
import { parseChunked } from "@discoveryjs/json-ext";
import ndjsonStream from "can-ndjson-stream";
import { streamOf } from "./stream.mjs";

const byHand = {
  name: "hand-written loop",
  run(chunks, take, { json, end }) {
    const decoder = new TextDecoder();
    let rest = "";
    const record = (text) => take("message", json ? JSON.parse(text) : text, "");
    for (const chunk of chunks) {
      const text = decoder.decode(chunk, { stream: true });
      let start = 0;
      for (let at = text.indexOf(end); at !== -1; at = text.indexOf(end, start)) {
        const line = rest + text.slice(start, at);
        rest = "";
        start = at + 1;
        if (line) record(line);
      }
      rest += text.slice(start);
    }
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
