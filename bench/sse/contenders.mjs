/** Who reads a stream from a server: `{ name, kind, connect({ url, types }, take) }`. */
import { ours } from "../contenders/brookmark.mjs";
import { ssePeers } from "../contenders/sse.mjs";

/** @param own more contenders, of one runtime alone */
export function streamContenders(own = []) {
  const all = [
    ...ours.sse.map((contender) => ({ kind: "ours", ...contender })),
    ...ssePeers.map((contender) => ({ kind: "peer", ...contender })),
    { kind: "limit", name: "fetch, thrown away", feeder: () => () => {} },
    ...own,
  ];
  return all.map(({ name, kind, feeder, ready, connect }) =>
    feeder ? { name: kind === "limit" ? name : `fetch + ${name}`, kind, connect: overFetch(feeder, ready) } : { name, kind, connect },
  );
}

/** A parser is fed by the loop that its user would write. */
const overFetch = (feeder, ready) => async (source, take) => {
  const [{ body }] = await Promise.all([fetch(source.url), ready?.()]);
  const feed = feeder(take, source);
  const reader = body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) feed(next.value);
};

/**
 * Has a contender read the stream once.
 *
 * @returns the milliseconds that it took
 */
export async function readOnce({ name, kind, connect }, { url, types, expected }) {
  const seen = { count: 0, length: 0 };
  const take = (type, data) => {
    seen.count += 1;
    seen.length += data.length;
  };
  const began = performance.now();
  await connect({ url, types, json: false }, take);
  const took = performance.now() - began;
  const isWhole = seen.count === expected.count && seen.length === expected.length;
  if (kind !== "limit" && !isWhole) throw new Error(`${name} has read ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
  return took;
}
