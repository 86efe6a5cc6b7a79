/** From times to what they say: a cell is one runtime, workload, mode and size of chunks. */
import { median, rounded, spread } from "../lib/numbers.mjs";

/** @param job `{ name, json }`; @param result what the runtime gave */
export function cellsOf(runtime, job, { bytes, cells }) {
  return cells.map(({ chunkBytes, entries }) => {
    const rows = entries.map(({ name, kind, times }) => {
      return { name, kind, mbps: rounded(bytes / 1_000 / median(times), 1), spread: rounded(spread(times), 3), times: times.map((time) => rounded(time, 3)) };
    });
    const best = (kind) => rows.filter((row) => row.kind === kind).reduce((best, row) => (best && best.mbps >= row.mbps ? best : row), null);
    const ours = rows.find((row) => row.kind === "ours");
    const peer = best("peer");
    const jsonParse = rows.find((row) => row.name === "JSON.parse alone");
    return {
      ...{ runtime, workload: job.name, mode: job.json ? "json" : "text", chunkBytes, rows },
      ours: ours?.mbps ?? null,
      peer: { name: peer.name, mbps: peer.mbps },
      ratio: ours ? rounded(ours.mbps / peer.mbps) : null,
      ofLimit: ours && jsonParse ? rounded(ours.mbps / jsonParse.mbps) : null,
    };
  });
}

/** What the figures are about. Without a cell of ours there is nothing to say. */
export function summary(cells) {
  const ratios = (mode, runtime = /^/) =>
    cells.filter((cell) => cell.mode === mode && cell.ratio !== null && runtime.test(cell.runtime)).map((cell) => cell.ratio);
  const worst = (values) => (values.length > 0 ? Math.min(...values) : null);
  const middle = (values) => (values.length > 0 ? rounded(median(values)) : null);
  return {
    worstTextRatio: worst(ratios("text")),
    node20TextMedianRatio: middle(ratios("text", /^Node 20\./)),
    worstJsonRatioToPeer: worst(ratios("json")),
    medianJsonOfLimit: middle(cells.map((cell) => cell.ofLimit).filter((share) => share !== null)),
  };
}
