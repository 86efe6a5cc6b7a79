/**
 * Bayeux: CometD's server in a process of its own, clients each in a fresh process, over long polling on loopback. The rounds
 * are interleaved, and their order turns.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { run } from "../../scripts/lib/run.mjs";
import { median, rounded } from "../lib/numbers.mjs";
import { printTable } from "../lib/table.mjs";

/** Each client hears `count` events so many `times`, of which the first is that of a process that has just started. */
const FULL = { count: 50_000, times: 6, rounds: 7 };
const QUICK = { count: 10_000, times: 6, rounds: 3 };

/** How many times it takes until all code is compiled. */
const COLD = 3;

const NAMES = ["brookmark", "cometd", "faye", "brookmark, keeping its place"];

/** @returns events a second and CPU for each client, and how many times as good ours is as each peer once it is warm */
export async function runBayeux({ quick }) {
  const { count, times, rounds } = quick ? QUICK : FULL;
  const server = fork(fileOf("server.mjs"));
  const results = NAMES.map((name) => ({ name, readings: [], spent: [] }));
  try {
    const [{ origin, channel }] = await once(server, "message");
    let before = await ask(server);
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < NAMES.length; turn += 1) {
        const { name, readings, spent } = results[(round + turn) % NAMES.length];
        const job = JSON.stringify({ name, origin, channel, count, times });
        const printed = await run(process.execPath, [fileOf("client.mjs"), job], { quiet: true });
        readings.push(JSON.parse(printed.trim().split("\n").at(-1)).readings);
        const after = await ask(server);
        spent.push({ bytes: after.bytes - before.bytes, responses: after.responses - before.responses });
        before = after;
      }
    }
  } finally {
    server.disconnect();
  }
  checkSums(results);
  const clients = results.map(({ name, readings, spent }) => {
    const of = (from, to, key) => median(readings.map((all) => median(all.slice(from, to).map((one) => one[key]))));
    const perSecond = (from, to) => Math.round(count / (of(from, to, "took") / 1_000));
    const cpu = (from, to) => rounded((of(from, to, "cpu") * 1_000) / count, 2);
    const bytes = Math.round(median(spent.map((one) => one.bytes)) / (times * count));
    const batch = Math.round((times * count) / median(spent.map((one) => one.responses)));
    const [first, cpuFirst] = [perSecond(0, 1), cpu(0, 1)];
    return { name, first, again: perSecond(COLD), cpuFirst, cpuAgain: cpu(COLD), bytes, batch };
  });
  printTable(
    `${count.toLocaleString("en-US")} events over long polling from cometd-nodejs-server`,
    ["", "events/s, just started", "warm", "CPU µs an event", "warm", "bytes", "events a response"],
    clients.map(({ name, first, again, cpuFirst, cpuAgain, bytes, batch }) => [
      name,
      ...[first, again].map((number) => number.toLocaleString("en-US")),
      ...[cpuFirst, cpuAgain, bytes, batch],
    ]),
  );
  const [ours, cometd, faye] = clients;
  return {
    ...{ ratioCometd: rounded(ours.again / cometd.again), ratioFaye: rounded(ours.again / faye.again) },
    ...{ cpuRatioCometd: rounded(cometd.cpuAgain / ours.cpuAgain), cpuRatioFaye: rounded(faye.cpuAgain / ours.cpuAgain) },
    clients,
  };
}

/** What the server has spent so far. */
async function ask(server) {
  server.send("spent");
  const [spent] = await once(server, "message");
  return spent;
}

/** All have heard the same. */
function checkSums(results) {
  const sums = new Set(results.flatMap(({ readings }) => readings.flat().map(({ sum }) => sum)));
  if (sums.size !== 1) throw new Error(`the clients have heard different events: ${[...sums].join(", ")}`);
}

const fileOf = (file) => fileURLToPath(new URL(file, import.meta.url));
