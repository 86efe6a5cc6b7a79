/** What idle streams take, and whether a long line costs more in many chunks than in few. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/lib/run.mjs";
import { median, rounded } from "../lib/numbers.mjs";
import { printTable } from "../lib/table.mjs";
import { BARE, NAMES, OURS } from "./names.mjs";

const STREAMS = 1_000;
const ROUNDS = 3;

/**
 * @returns `{ open, bytesEach, bytesEachAfterBurst, longLine, … }`: how many streams of ours were open at once, what each took
 *   beside a bare fetch, and how much longer a line takes in 4,096 chunks than in 64
 */
export async function runStreams({ quick }) {
  const rounds = quick ? 1 : ROUNDS;
  const server = fork(fileOf("server.mjs"));
  let idle, afterBurst;
  try {
    const [{ url }] = await once(server, "message");
    idle = await memory("idle streams that got one event each", url, "/", rounds);
    afterBurst = await memory("idle streams that got 64 kB each", url, "/burst", rounds);
  } finally {
    server.disconnect();
  }
  const longLine = await inChild("long-line.mjs");
  printTable(
    "A line of 4 MiB, ms",
    ["", "in 64 chunks", "in 4,096", "ratio"],
    longLine.map(({ name, few, many, ratio }) => [name, few, many, ratio]),
  );
  const [ours, oursAfterBurst] = [idle, afterBurst].map((list) => list.find(({ name }) => name === OURS));
  return {
    ...{ open: ours.open, bytesEach: ours.own, bytesEachAfterBurst: oursAfterBurst.own, longLine: longLine[0].ratio },
    ...{ idle, afterBurst, lines: longLine },
  };
}

/** What a stream takes, by client; `own` is what it takes beside a bare fetch. */
async function memory(what, url, path, rounds) {
  const results = new Map(NAMES.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, list] of results) list.push(await inChild("client.mjs", { name, url, path, count: STREAMS }));
  }
  const clients = [...results].map(([name, list]) => {
    const middle = (key) => Math.round(median(list.map((result) => result[key])));
    return { name, open: Math.min(...list.map(({ open }) => open)), bytesEach: middle("bytesEach"), rssEach: middle("rssEach") };
  });
  const bare = clients.find(({ name }) => name === BARE);
  for (const one of clients) one.own = one.bytesEach - bare.bytesEach;
  const kB = (bytes) => rounded(bytes / 1_000, 1);
  printTable(
    `${STREAMS.toLocaleString("en-US")} ${what}, in one Node process`,
    ["kB a stream", "open", "heap and external", "over fetch alone", "resident set"],
    clients.map(({ name, open, bytesEach, own, rssEach }) => [name, open, kB(bytesEach), kB(own), kB(rssEach)]),
  );
  return clients;
}

const fileOf = (file) => fileURLToPath(new URL(file, import.meta.url));

async function inChild(file, job) {
  const printed = await run(process.execPath, ["--expose-gc", fileOf(file), JSON.stringify(job ?? {})], { quiet: true });
  return JSON.parse(printed.trim().split("\n").at(-1));
}
