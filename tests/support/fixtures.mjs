// The fixtures of the SSE parser: what is on the wire, and which events that means.

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../fixtures/sse/", import.meta.url);

/** All cases of all files: `{ name, wire, events, lastEventId, retry }`, `wire` as bytes. */
export function fixtures() {
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
