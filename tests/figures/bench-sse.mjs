// Events a second, CPU and memory of clients that read a server on loopback.

import { installPeers } from "../../bench/prepare.mjs";
import { runSse } from "../../bench/sse/run.mjs";

export default async function () {
  await installPeers();
  return runSse({});
}
