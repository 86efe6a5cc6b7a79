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

/** Ours to the best peer in every cell: a row for each workload and mode, a column for each runtime and size of chunks. */
export function printOverview(cells) {
  const unique = (key) => [...new Set(cells.map(key))];
  const column = ({ runtime, chunkBytes }) => `${runtime.replace(/(\d+)\..*/, "$1")} ${chunkBytes.toLocaleString("en-US")}`;
  const row = ({ workload, mode }) => `${workload} ${mode}`;
  const columns = unique(column);
  const lines = unique(row).map((name) => {
    const found = columns.map((wanted) => cells.find((cell) => row(cell) === name && column(cell) === wanted));
    return [name, ...found.map((cell) => (cell?.ratio ? mark(cell.ratio) : ""))];
  });
  printTable("Ours to the best peer, all cells", ["", ...columns], lines);
}

/** Behind the best peer is marked. */
const mark = (ratio) => `${ratio.toFixed(2)}${ratio < 1 ? "<" : " "}`;

function entry({ rows }, { kind, mbps }) {
  const speed = mbps.toFixed(mbps < 100 ? 1 : 0);
  if (kind === "limit") return `${speed}        `;
  const best = Math.max(...rows.filter((row) => row.kind === "peer").map((row) => row.mbps));
  const ratio = mbps / best;
  return kind === "ours" ? `${speed} ${mark(ratio)}  ` : `${speed} ${ratio.toFixed(2)}   `;
}
