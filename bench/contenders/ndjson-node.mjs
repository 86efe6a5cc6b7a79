/** Who else reads JSON records in Node alone. */
import ndjson from "ndjson";
import split2 from "split2";

const split = {
  name: "split2 4",
  async run(chunks, take, { json, end }) {
    const lines = json ? split2(end, JSON.parse) : split2(end);
    await through(lines, chunks, take);
  },
};

const ndjsonParse = {
  name: "ndjson 2",
  only: { json: true, end: "\n" },
  run: (chunks, take) => through(ndjson.parse(), chunks, take),
};

function through(stream, chunks, take) {
  return new Promise((resolve, reject) => {
    stream.on("data", (value) => take("message", value, "")).on("end", resolve).on("error", reject);
    for (const chunk of chunks) stream.write(chunk);
    stream.end();
  });
}

export const ndjsonNodePeers = [split, ndjsonParse];
