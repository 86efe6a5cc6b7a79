// Parsing beside the best peer of each cell: runtime, workload, mode, size of chunks. Firefox is left out: it
// lets nobody collect garbage between rounds, so that its medians are not sure enough.

import { runParse } from "../../bench/parse/run.mjs";
import { installPeers } from "../../bench/prepare.mjs";

export default async function () {
  await installPeers();
  const { cells, ...figures } = await runParse({ runtimes: ["node", "24", "chromium"] });
  return { ...figures, cells: cells.map(({ rows, ...cell }) => cell) };
}
