/** How a contender is given chunks: a parser is fed, a client gets them as the body of its response. */
import { fetchOf } from "../contenders/stream.mjs";

/** What `measure` takes: `{ name, kind, only, ready, run }`. */
export function entryOf(contender, kind, format) {
  const { name, only, ready } = contender;
  return { name, kind, only, ready, run: runOf(contender, format) };
}

/** @returns `run(chunks, take, context)`, which ends when all is parsed, or gives a promise */
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
