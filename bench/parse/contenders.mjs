/** Who is measured, by the format of the workload: ours, the peers of any runtime, the limits. */
import { ndjsonOurs, sseOurs } from "../contenders/brookmark.mjs";
import { limits } from "../contenders/limits.mjs";
import { ndjsonPeers } from "../contenders/ndjson.mjs";
import { ssePeers } from "../contenders/sse.mjs";

/** @param nodePeers peers that run in Node alone, by format */
export function contendersFor(format, nodePeers = {}) {
  const ours = { sse: sseOurs, ndjson: ndjsonOurs }[format];
  const peers = { sse: ssePeers, ndjson: ndjsonPeers }[format];
  return [
    ...ours.map((contender) => ({ ...contender, kind: "ours" })),
    ...[...peers, ...(nodePeers[format] ?? [])].map((contender) => ({ ...contender, kind: "peer" })),
    ...limits.map((contender) => ({ ...contender, kind: "limit" })),
  ];
}
