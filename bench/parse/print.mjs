/** The cells of one runtime, workload and mode as a table, the sizes of chunks side by side. */
import { printTable } from "../lib/table.mjs";

export function printCells(about, cells) {
  const [{ runtime, workload, mode, rows }] = cells;
  const head = ["MB/s (to the best peer)", ...cells.map(({ chunkBytes }) => `${chunkBytes.toLocaleString("en-US")} B`), "spread"];
  const lines = rows.map(({ name }) => {
    const inCells = cells.map((cell) => [cell, cell.rows.find((row) => row.name === name)]);
    const noise = Math.max(...inCells.map(([, row]) => row.spread));
    return [name, ...inCells.map(([cell, row]) => entry(cell, row)), `${Math.round(noise * 100)}%`];
  });
  printTable(`${workload} ${mode} in ${runtime}: ${about}`, head, lines);
}

/** Behind the best peer is marked. */
function entry({ rows }, { kind, mbps }) {
  const speed = mbps.toFixed(mbps < 100 ? 1 : 0);
  if (kind === "limit") return `${speed}        `;
  const best = Math.max(...rows.filter((row) => row.kind === "peer").map((row) => row.mbps));
  const ratio = mbps / best;
  return `${speed} (${ratio.toFixed(2)})${kind === "ours" && ratio < 1 ? "<" : " "}`;
}
