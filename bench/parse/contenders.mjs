/**
 * Who is measured, by the format of the workload: ours, the peers, the limits. Each has
 * `run(chunks, take, context)`, which ends when all is parsed, or gives a promise.
 */
import { ndjsonOurs, sseOurs } from "../contenders/brookmark.mjs";
import { limits } from "../contenders/limits.mjs";
import { ndjsonPeers } from "../contenders/ndjson.mjs";
import { ssePeers } from "../contenders/sse.mjs";
import { fetchOf } from "../contenders/stream.mjs";

/** @param nodePeers peers that run in Node alone, by format */
export function contendersFor(format, nodePeers = {}) {
  const ours = { sse: sseOurs, ndjson: ndjsonOurs }[format];
  const peers = { sse: ssePeers, ndjson: ndjsonPeers }[format];
  const all = { ours, peer: [...peers, ...(nodePeers[format] ?? [])], limit: limits };
  return Object.entries(all).flatMap(([kind, list]) =>
    list.map((contender) => ({ name: contender.name, kind, only: contender.only, run: runOf(contender, format) })),
  );
}

/** A parser is fed; a client gets the chunks as the body of its response. */
function runOf({ run, feeder, connect }, format) {
  if (run) return run;
  if (connect) return (chunks, take, context) => connect({ ...context, url: URL, fetch: fetchOf(chunks, TYPES[format]) }, take);
  return (chunks, take, context) => {
    const feed = feeder(take, context);
    for (const chunk of chunks) feed(chunk);
  };
}

const TYPES = { sse: "text/event-stream", ndjson: "application/x-ndjson" };

const URL = "http://source.invalid/";
