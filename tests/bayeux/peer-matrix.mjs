// How clients of other people fare in the matrix of errors: `node tests/bayeux/peer-matrix.mjs` prints it.

import { pathToFileURL } from "node:url";
import { countsOf, matrix, tableOf } from "./matrix.mjs";
import { aiosfstream, jsforce } from "./peers.mjs";

/** Salesforce takes no messages from its subscribers, so these clients are not asked to publish. */
export const PEER_PLACES = ["handshake", "connect", "subscribe", "resubscribe"];

/** `[name, results]` of each peer. */
export async function peerMatrix(options) {
  const columns = [];
  for (const load of [jsforce, aiosfstream]) {
    const peer = await load();
    try {
      columns.push([peer.name, await matrix(peer, PEER_PLACES, options)]);
    } finally {
      await peer.end();
    }
  }
  return columns;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const columns = await peerMatrix();
  console.log(tableOf(columns));
  for (const [name, results] of columns) console.log(name, JSON.stringify(countsOf(results)));
}
