// The fixtures of the parsers: what is on the wire, and what that means.

import { readdirSync, readFileSync } from "node:fs";

/**
 * All cases of all files, `wire` as bytes: `{ name, wire, events, lastEventId, retry }`, or for streaming JSON
 * `{ name, framing, wire, records, unended, cut }`.
 */
export function fixtures(format = "sse") {
  const folder = new URL(`../fixtures/${format}/`, import.meta.url);
  const cases = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")));
  if (cases.length === 0) throw new Error("no fixtures found");
  return cases.map(({ wire, wireBase64, ...rest }) => ({
    ...rest,
    wire: wireBase64 === undefined ? Buffer.from(wire, "utf8") : Buffer.from(wireBase64, "base64"),
  }));
}
