/** Parsing: every workload, mode and size of chunks, on every runtime asked for. */
import { WORKLOADS, SIZE, workload } from "../workloads.mjs";
import { cellsOf, summary } from "./cells.mjs";
import { printCells, printOverview } from "./print.mjs";
import { openRuntime } from "./runtimes.mjs";

const CHUNKS = [1_400, 16_384, 65_536];
const FULL = { size: SIZE, chunks: CHUNKS, rounds: 9 };
const QUICK = { size: 3_000_000, chunks: [16_384], rounds: 7 };

/**
 * @param options `{ quick, size, runtimes, workloads, modes }`
 * @returns the figures, and `cells`, one for each table entry of ours
 */
export async function runParse({ quick, runtimes = ["node", "24", "chromium", "firefox"], workloads = WORKLOADS, modes = ["text", "json"], size }) {
  const settings = { ...(quick ? QUICK : FULL), ...(size && { size }) };
  const cells = [];
  for (const spec of runtimes) {
    const runtime = await openRuntime(spec);
    try {
      for (const name of workloads) {
        for (const mode of modes) {
          const job = { ...settings, name, json: mode === "json" };
          const measured = cellsOf(runtime.label, job, await runtime.measure(job));
          printCells(workload(name, 1).about, measured);
          cells.push(...measured);
        }
      }
    } finally {
      await runtime.close();
    }
  }
  printOverview(cells);
  return { ...summary(cells), cells };
}
