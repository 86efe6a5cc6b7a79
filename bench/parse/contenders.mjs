/** Who is measured, by the format of the workload: ours, the peers, the limits. */
import { ours } from "../contenders/brookmark.mjs";
import { limits } from "../contenders/limits.mjs";
import { ndjsonPeers } from "../contenders/ndjson.mjs";
import { ssePeers } from "../contenders/sse.mjs";
import { entryOf } from "./chunks.mjs";

const PEERS = { sse: ssePeers, ndjson: ndjsonPeers };

/** @param nodePeers peers that run in Node alone, by format */
export function contendersFor(format, nodePeers = {}) {
  const all = { ours: ours[format], peer: [...PEERS[format], ...(nodePeers[format] ?? [])], limit: limits };
  return Object.entries(all).flatMap(([kind, list]) => list.map((contender) => entryOf(contender, kind, format)));
}
