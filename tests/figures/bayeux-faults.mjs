// What becomes of clients of Salesforce that meet its errors, at each place: ours, and other people's.

import { countsOf, matrix, tableOf } from "../bayeux/matrix.mjs";
import { ours } from "../bayeux/ours.mjs";
import { peerMatrix } from "../bayeux/peer-matrix.mjs";
import { PLACES, ROWS } from "../bayeux/rows.mjs";

export default async function () {
  const results = await matrix(await ours(), PLACES);
  const peers = await peerMatrix();
  console.error(tableOf([["brookmark", results], ...peers]));
  const { recovered, told, stopped, silent } = countsOf(results);
  const named = Object.fromEntries(peers.map(([name, theirs]) => [name, countsOf(theirs)]));
  return { rows: ROWS.length, recovered, told, stopped, silent, peers: named };
}
