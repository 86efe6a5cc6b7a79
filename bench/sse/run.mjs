/**
 * End to end: a server in a process of its own, clients each in a fresh process, over loopback HTTP. The rounds are
 * interleaved, and their order turns.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median, rounded } from "../lib/numbers.mjs";
import { printTable } from "../lib/table.mjs";
import { openRuntime } from "./runtimes.mjs";

const FULL = { events: 200_000, rounds: 7 };
const QUICK = { events: 50_000, rounds: 3 };

/** @returns for each runtime and client the events a second, the CPU seconds for 100,000 events, the peak memory */
export async function runSse({ quick, runtimes = ["node", "24", "chromium", "firefox"] }) {
  const { events, rounds } = quick ? QUICK : FULL;
  const server = fork(fileURLToPath(new URL("server.mjs", import.meta.url)), [`${events}`]);
  const clients = [];
  try {
    const [source] = await once(server, "message");
    for (const spec of runtimes) {
      const runtime = await openRuntime(spec);
      try {
        const measured = await measure(runtime, source, rounds);
        print(runtime.label, source, measured);
        clients.push(...measured.map((client) => ({ runtime: runtime.label, ...client })));
      } finally {
        await runtime.close();
      }
    }
  } finally {
    server.disconnect();
  }
  return { ...summary(clients), clients };
}

async function measure(runtime, source, rounds) {
  const entries = (await runtime.list()).map((contender) => ({ ...contender, results: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < entries.length; turn += 1) {
      const { name, results } = entries[(round + turn) % entries.length];
      results.push(await runtime.read({ name, source }));
    }
  }
  return entries.map(({ name, kind, results }) => {
    const middle = (pick) => median(results.map(pick));
    const perSecond = (reading) => Math.round(source.expected.count / (middle(({ readings }) => readings[reading].took) / 1_000));
    const cpu = (reading) => rounded((middle(({ readings }) => readings[reading].cpu) / 1_000) * (100_000 / source.expected.count), 3);
    const isNode = results[0].peakBytes !== undefined;
    return {
      ...{ name, kind, first: perSecond(0), again: perSecond(1) },
      ...(isNode && { cpuFirst: cpu(0), cpuAgain: cpu(1), peakMB: rounded(middle(({ peakBytes }) => peakBytes) / 1e6, 0) }),
    };
  });
}

const bestPeer = (clients, key) => Math.max(...clients.filter(({ kind }) => kind === "peer").map((client) => client[key]));

function print(label, source, clients) {
  const title = `${source.expected.count.toLocaleString("en-US")} events over loopback in ${label}, events/s (to the best peer)`;
  const speed = (client, key) => `${client[key].toLocaleString("en-US")} (${(client[key] / bestPeer(clients, key)).toFixed(2)})`;
  printTable(
    title,
    ["", "just started", "once more", "CPU s per 100,000", "once more", "peak MB"],
    clients.map((client) => [client.name, speed(client, "first"), speed(client, "again"), client.cpuFirst, client.cpuAgain, client.peakMB]),
  );
}

/** `sse()` to the best peer, in the runtime where that is worst. */
function summary(clients) {
  const runtimes = [...new Set(clients.map(({ runtime }) => runtime))].map((name) => clients.filter(({ runtime }) => runtime === name));
  const ratio = (inRuntime, key) => inRuntime.find(({ name }) => name === "brookmark sse()")[key] / bestPeer(inRuntime, key);
  const worst = (key) => rounded(Math.min(...runtimes.map((inRuntime) => ratio(inRuntime, key))));
  return { worstRatioFirst: worst("first"), worstRatioAgain: worst("again") };
}
