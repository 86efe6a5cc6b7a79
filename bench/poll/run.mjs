/** Rows a second out of a polled service, beside the loop that everybody writes and beside JSON.parse alone. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median, rounded } from "../lib/numbers.mjs";
import { printTable } from "../lib/table.mjs";

const OURS = "brookmark poll()";
const LOOP = "hand-written loop";
const PARSE = "JSON.parse alone";
const KINDS = { firehose: "the emulator of the Firehose, pages of 100 rows", pages: "pages of 10,000 rows" };

/**
 * @returns `{ rows, lost, repeated, rowsPerSecond, ofJsonParse, ofHandLoop, cpuOfHandLoop, peakMemory }` for the large pages,
 *   and the same for the emulator's as `firehose`; `peakMemoryOfTenth` is for a tenth of the rows
 */
export async function runPoll({ quick, size }) {
  const rows = size ?? (quick ? 100_000 : 1_000_000);
  const rounds = quick ? 1 : 3;
  const results = {};
  for (const kind of Object.keys(KINDS)) results[kind] = await drain(kind, rows, rounds);
  return { ...results.pages, firehose: results.firehose };
}

async function drain(kind, rows, rounds) {
  const all = await withServer(kind, rows, async (url) => {
    const list = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const name of [OURS, LOOP, PARSE]) list.push(await client({ name, url, rows }));
    }
    return list;
  });
  const tenth = await withServer(kind, rows / 10, (url) => client({ name: OURS, url, rows: rows / 10 }));
  const of = (name, key) => median(all.filter((one) => one.name === name).map((one) => one[key]));
  const sum = (key) => all.filter(({ name }) => name === OURS).reduce((total, one) => total + one[key], 0);
  const ratio = (name, key) => rounded(of(OURS, key) / of(name, key), 2);
  const MB = (bytes) => Math.round(bytes / 1e6);
  printTable(
    `${rows.toLocaleString("en-US")} rows drained: ${KINDS[kind]}`,
    ["", "rows/s", "µs of CPU a row", "peak MB"],
    [OURS, LOOP, PARSE].map((name) => [name, Math.round(of(name, "perSecond")), rounded(of(name, "cpu"), 2), MB(of(name, "peakMemory"))]),
  );
  return {
    ...{ rows, lost: sum("lost"), repeated: sum("repeated"), rowsPerSecond: Math.round(of(OURS, "perSecond")) },
    ...{ ofJsonParse: ratio(PARSE, "perSecond"), ofHandLoop: ratio(LOOP, "perSecond"), cpuOfHandLoop: ratio(LOOP, "cpu") },
    ...{ peakMemory: of(OURS, "peakMemory"), peakMemoryOfTenth: tenth.peakMemory },
  };
}

async function withServer(kind, rows, use) {
  const server = fork(fileOf("server.mjs"), [kind, String(rows)]);
  try {
    const [{ url }] = await once(server, "message");
    return await use(kind === "firehose" ? `${url}/v3/deals/stream?limit=100` : `${url}/`);
  } finally {
    server.disconnect();
  }
}

async function client(what) {
  const child = fork(fileOf("client.mjs"), [JSON.stringify(what)]);
  const ended = once(child, "exit");
  const result = await Promise.race([once(child, "message").then(([message]) => message), ended.then(() => null)]);
  await ended;
  if (!result) throw new Error(`${what.name} ended without a result`);
  return result;
}

function fileOf(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
