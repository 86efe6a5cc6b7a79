// Events a second and CPU of Bayeux clients with the same server on loopback; above 1, ours is better.

import { runBayeux } from "../../bench/bayeux/run.mjs";
import { installPeers } from "../../bench/prepare.mjs";

export default async function () {
  await installPeers();
  return runBayeux({});
}
