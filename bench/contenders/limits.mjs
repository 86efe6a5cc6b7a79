/**
 * What nobody can be faster than who decodes with the platform's decoder, parses with the platform's
 * JSON, or copies: each alone, with nothing else done.
 */

const decode = {
  name: "decode alone",
  only: { json: false },
  run(chunks, take, { total }) {
    const decoder = new TextDecoder();
    for (const chunk of chunks) total.length += decoder.decode(chunk, { stream: true }).length;
  },
};

const copy = {
  name: "copy alone",
  only: { json: false },
  run(chunks, take, { total }) {
    const memory = new Uint8Array(65_536);
    for (const chunk of chunks) {
      memory.set(chunk);
      total.length += memory[chunk.length - 1];
    }
  },
};

const jsonParse = {
  name: "JSON.parse alone",
  only: { json: true },
  run(chunks, take, { total, texts }) {
    for (const text of texts) total.length += JSON.parse(text) === null ? 0 : 1;
  },
};

export const limits = [decode, copy, jsonParse];
