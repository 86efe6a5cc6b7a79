/** Rows a second out of a polled service, beside loops that are written by hand and beside JSON.parse alone. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median, rounded } from "../lib/numbers.mjs";
import { printTable } from "../lib/table.mjs";
import { CAREFUL, DRAIN, LOOP, NAMES, OURS, PARSE } from "./names.mjs";

const KINDS = { firehose: "the emulator of the Firehose, pages of 100 rows", pages: "pages of 10,000 rows" };

/**
 * @returns `{ rows, lost, repeated, rowsPerSecond, ofJsonParse, ofHandLoop, ofCarefulLoop, ofFloor, cpu…, peakMemory }` for the
 *   large pages, and the same for the emulator's as `firehose`. `ofFloor`: beside fetch alone and then JSON.parse alone;
 *   `cpu…`: the same ratios, by the time of the processor; `peakMemoryOfTenth`: with a tenth of the rows
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
      for (const name of NAMES) list.push(await client({ name, url, rows }));
    }
    return list;
  });
  const tenth = await withServer(kind, rows / 10, (url) => client({ name: OURS, url, rows: rows / 10 }));
  const of = (name, key) => median(all.filter((one) => one.name === name).map((one) => one[key]));
  const sum = (key) => all.filter(({ name }) => name === OURS).reduce((total, one) => total + one[key], 0);
  /* Of the time that others take, by the clock and by the processor. */
  const time = (name) => 1_000_000 / of(name, "perSecond");
  const beside = (...names) => rounded(names.reduce((total, name) => total + time(name), 0) / time(OURS));
  const cpuBeside = (...names) => rounded(names.reduce((total, name) => total + of(name, "cpu"), 0) / of(OURS, "cpu"));
  const MB = (bytes) => Math.round(bytes / 1e6);
  printTable(
    `${rows.toLocaleString("en-US")} rows drained: ${KINDS[kind]}`,
    ["", "rows/s", "µs of CPU a row", "peak MB"],
    NAMES.map((name) => [name, Math.round(of(name, "perSecond")), rounded(of(name, "cpu")), MB(of(name, "peakMemory"))]),
  );
  return {
    ...{ rows, lost: sum("lost"), repeated: sum("repeated"), rowsPerSecond: Math.round(of(OURS, "perSecond")) },
    ...{ ofJsonParse: beside(PARSE), ofHandLoop: beside(LOOP), ofCarefulLoop: beside(CAREFUL), ofFloor: beside(DRAIN, PARSE) },
    ...{ cpuOfJsonParse: cpuBeside(PARSE), cpuOfHandLoop: cpuBeside(LOOP), cpuOfCarefulLoop: cpuBeside(CAREFUL), cpuOfFloor: cpuBeside(DRAIN, PARSE) },
    ...{ peakMemory: of(OURS, "peakMemory"), peakMemoryOfTenth: tenth.peakMemory },
  };
}

async function withServer(kind, rows, use) {
  const server = fork(fileOf("server.mjs"), [kind, String(rows)]);
  try {
    const { url } = await messageOf(server, "the server");
    return await use(url);
  } finally {
    if (server.connected) server.disconnect();
  }
}

async function client(what) {
  const child = fork(fileOf("client.mjs"), [JSON.stringify(what)]);
  const ended = once(child, "exit");
  const result = await messageOf(child, what.name);
  await ended;
  return result;
}

/** What a process says, if it does not end before. */
async function messageOf(child, name) {
  const message = once(child, "message").then(([message]) => message);
  const result = await Promise.race([message, once(child, "exit").then(() => null)]);
  if (!result) throw new Error(`${name} ended without a result`);
  return result;
}

function fileOf(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
