// What becomes of a client that meets an error of Salesforce, row by row and place by place.

import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { sleep } from "../support/waiting.mjs";
import { ROWS } from "./rows.mjs";

export const CHANNEL = "/event/Order__e";
/** Milliseconds: longer than the pauses before anybody's second attempt. */
const PATIENCE = 12_000;
/** Stories that run at the same time, each with an emulator of its own. */
const AT_ONCE = 48;

/**
 * Runs all rows at some places against a client, and gives `{ row, place, isDocumented, outcome, told, met }` of each. `client` is as in
 * `peers.mjs`; the place `publish` asks its sessions to `publish(channel, data)`. An outcome is
 * - `recovered`: no event is missing, neither of those published before the error nor of those behind it;
 * - `stopped`: the application was told that the client has ended;
 * - `told`: the application was told of the error, and events are missing;
 * - `silent`: events are missing, and nobody said so.
 */
export async function matrix(client, places, { rows = ROWS, patience = PATIENCE } = {}) {
  const stories = rows.flatMap((row) => places.map((place) => ({ ...row, place })));
  const results = [];
  const run = async () => {
    for (let story = stories.shift(); story !== undefined; story = stories.shift()) {
      results.push(await meet(client, story, patience));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  const order = ({ row, place }) => rows.findIndex((one) => one.row === row) * places.length + places.indexOf(place);
  return results.sort((a, b) => order(a) - order(b));
}

/** One story: a client with a position meets an error, and an event is published behind it. */
async function meet(client, { row, place, where, lasts = false }, patience) {
  const isDocumented = where.includes(place);
  const fault = { at: place, row, times: lasts && isDocumented ? Infinity : 1 };
  const emulator = await salesforceEmulator();
  const before = emulator.publish(CHANNEL, { Number__c: 1 });
  const isEarly = place === "handshake" || place === "subscribe";
  let ordered = isEarly ? emulator.fail(fault) : undefined;
  const session = await client.start(emulator, { channels: [CHANNEL], replay: -2 });
  try {
    if (!isEarly) {
      await during(patience, () => session.heard.length === 1 && emulator.sessions.some(({ isHeld }) => isHeld));
      ordered = emulator.fail(fault);
      if (place === "resubscribe") emulator.moveSession();
      if (place === "publish") void session.publish(CHANNEL, {});
    }
    await during(patience, () => ordered.met > 0);
    const sent = [before, emulator.publish(CHANNEL, { Number__c: 2 })];
    const isWhole = () => sent.every((id) => session.heard.some(({ data }) => String(data.event.replayId) === id));
    await during(patience, () => isWhole() || session.hasStopped);
    const outcome = isWhole() ? "recovered" : session.hasStopped ? "stopped" : session.told.length > 0 ? "told" : "silent";
    return { row, place, isDocumented, outcome, told: [...session.told], met: ordered.met };
  } finally {
    await session.close();
    await emulator.stop();
  }
}

/** Waits until it is so, and not for ever. */
async function during(patience, isSo) {
  const end = performance.now() + patience;
  while (!isSo() && performance.now() < end) await sleep(10);
}

/** How often each outcome came. */
export function countsOf(results) {
  const counts = { recovered: 0, told: 0, stopped: 0, silent: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return counts;
}

/**
 * The outcomes of several clients as a table of text; `columns` is a list of `[name, results]`. In parentheses is what is
 * documented nowhere, and could come all the same.
 */
export function tableOf(columns) {
  const lines = [["error", "at", ...columns.map(([name]) => name)]];
  for (const { row, place, isDocumented } of columns[0][1]) {
    const outcomes = columns.map(([, results]) => results.find((one) => one.row === row && one.place === place)?.outcome ?? "-");
    lines.push([row, isDocumented ? place : `(${place})`, ...outcomes]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd()).join("\n");
}
