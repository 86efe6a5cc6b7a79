/** What idle streams take, and whether a long line costs more in many chunks than in few. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/lib/run.mjs";
import { median, rounded } from "../lib/numbers.mjs";
import { printTable } from "../lib/table.mjs";

const STREAMS = 1_000;
const ROUNDS = 3;
const BARE = "fetch alone";
const OURS = "brookmark sse()";
const NAMES = [BARE, OURS, "eventsource-client 1", "eventsource 5"];

/**
 * @returns `{ open, bytesEach, longLine, … }`: how many streams of ours were open at once, what each took beside
 *   a bare fetch, and how much longer a line takes in 4,096 chunks than in 64
 */
export async function runStreams({ quick }) {
  const rounds = quick ? 1 : ROUNDS;
  const results = new Map(NAMES.map((name) => [name, []]));
  const server = fork(path("server.mjs"));
  try {
    const [{ url }] = await once(server, "message");
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, list] of results) list.push(await inChild("client.mjs", { name, url, count: STREAMS }));
    }
  } finally {
    server.disconnect();
  }
  const idle = [...results].map(([name, list]) => {
    const middle = (key) => Math.round(median(list.map((result) => result[key])));
    return { name, open: Math.min(...list.map(({ open }) => open)), bytesEach: middle("bytesEach"), rssEach: middle("rssEach") };
  });
  const bare = idle.find(({ name }) => name === BARE);
  for (const one of idle) one.own = one.bytesEach - bare.bytesEach;
  const kB = (bytes) => rounded(bytes / 1_000, 1);
  printTable(
    `${STREAMS.toLocaleString("en-US")} idle streams in one Node process`,
    ["kB a stream", "open", "heap and external", "over fetch alone", "resident set"],
    idle.map(({ name, open, bytesEach, own, rssEach }) => [name, open, kB(bytesEach), kB(own), kB(rssEach)]),
  );
  const longLine = await inChild("long-line.mjs");
  printTable(
    "A line of 4 MiB, ms",
    ["", "in 64 chunks", "in 4,096", "ratio"],
    longLine.map(({ name, few, many, ratio }) => [name, few, many, ratio]),
  );
  const ours = idle.find(({ name }) => name === OURS);
  return { open: ours.open, bytesEach: ours.own, longLine: longLine[0].ratio, idle, lines: longLine };
}

const path = (file) => fileURLToPath(new URL(file, import.meta.url));

async function inChild(file, job) {
  const printed = await run(process.execPath, ["--expose-gc", path(file), JSON.stringify(job ?? {})], { quiet: true });
  return JSON.parse(printed.trim().split("\n").at(-1));
}
