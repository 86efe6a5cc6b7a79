// Parsing beside the best peer of each cell: runtime, workload, mode, size of chunks.

import { runParse } from "../../bench/parse/run.mjs";
import { installPeers } from "../../bench/prepare.mjs";

export default async function () {
  await installPeers();
  const { cells, ...figures } = await runParse({});
  return { ...figures, cells: cells.map(({ rows, ...cell }) => cell) };
}
