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

const FULL = { count: 50_000, rounds: 7 };
const QUICK = { count: 10_000, rounds: 3 };
const NAMES = ["brookmark", "cometd", "faye"];

/** @returns events a second and CPU for each client, and how many times as good ours is as each peer */
export async function runBayeux({ quick }) {
  const { count, rounds } = quick ? QUICK : FULL;
  const server = fork(fileOf("server.mjs"));
  const results = NAMES.map((name) => ({ name, readings: [] }));
  try {
    const [{ origin, channel }] = await once(server, "message");
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < NAMES.length; turn += 1) {
        const { name, readings } = results[(round + turn) % NAMES.length];
        const job = JSON.stringify({ name, origin, channel, count });
        const printed = await run(process.execPath, [fileOf("client.mjs"), job], { quiet: true });
        readings.push(JSON.parse(printed.trim().split("\n").at(-1)).readings);
      }
    }
  } finally {
    server.disconnect();
  }
  checkSums(results);
  const clients = results.map(({ name, readings }) => {
    const middle = (reading, key) => median(readings.map((both) => both[reading][key]));
    const perSecond = (reading) => Math.round(count / (middle(reading, "took") / 1_000));
    const cpu = (reading) => rounded((middle(reading, "cpu") * 1_000) / count, 2);
    return { name, first: perSecond(0), again: perSecond(1), cpuFirst: cpu(0), cpuAgain: cpu(1) };
  });
  printTable(
    `${count.toLocaleString("en-US")} events over long polling from cometd-nodejs-server`,
    ["", "events/s, just started", "once more", "CPU µs an event", "once more"],
    clients.map(({ name, first, again, cpuFirst, cpuAgain }) => [name, first.toLocaleString("en-US"), again.toLocaleString("en-US"), cpuFirst, cpuAgain]),
  );
  const [ours, cometd, faye] = clients;
  return {
    ...{ ratioCometd: rounded(ours.again / cometd.again), ratioFaye: rounded(ours.again / faye.again) },
    ...{ cpuRatioCometd: rounded(cometd.cpuAgain / ours.cpuAgain), cpuRatioFaye: rounded(faye.cpuAgain / ours.cpuAgain) },
    clients,
  };
}

/** All have heard the same. */
function checkSums(results) {
  const sums = new Set(results.flatMap(({ readings }) => readings.flat().map(({ sum }) => sum)));
  if (sums.size !== 1) throw new Error(`the clients have heard different events: ${[...sums].join(", ")}`);
}

const fileOf = (file) => fileURLToPath(new URL(file, import.meta.url));
