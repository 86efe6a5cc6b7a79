// What an idle stream takes beside a bare fetch, and how a long line's cost grows with its chunks.

import { installPeers } from "../../bench/prepare.mjs";
import { runStreams } from "../../bench/streams/run.mjs";

export default async function () {
  await installPeers();
  return runStreams({});
}
