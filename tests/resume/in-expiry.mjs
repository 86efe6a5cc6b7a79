// A client of the Firehose that is killed, and gone for so long that its position is no longer kept.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { firehoseEmulator } from "brookmark/emulators/firehose";
import { positionIn } from "../support/stores.mjs";
import { until } from "../support/waiting.mjs";
import { ClientProcess } from "./client-process.mjs";
import { check } from "./journal.mjs";
import { offsetIn } from "./polled-services.mjs";
import { generator, seedOfRun } from "./weather.mjs";

const PATIENCE = 30_000;
const RETENTION = 72 * 3_600_000;

/**
 * Runs it under a policy for gaps: five times so many events, of which the second fifth is gone when the client comes back, and the
 * third is not. Gives counts; `lost` is what was not handled, and neither gone nor passed over by the policy; `told` is what was.
 */
export async function resumeThroughExpiry({ policy, fifth = 200 }) {
  const random = generator(seedOfRun());
  const folder = mkdtempSync(join(tmpdir(), "brookmark-expiry-"));
  const emulator = await firehoseEmulator({ rateLimit: Infinity });
  const options = { apiUrl: emulator.url, token: "token", resource: "deals", start: "earliest", onGap: policy };
  const client = new ClientProcess("polled-client.mjs", { args: ["firehose", JSON.stringify(options)], folder });
  const lines = () => client.lines();
  const has = (what, test) => until(what, () => lines().some(test), PATIENCE, () => `; the journal ends ${lines().slice(-5).join(", ")}`);
  let [total, kills] = [0, 0];

  const kill = async () => {
    await client.kill();
    kills += 1;
  };
  const post = () => {
    for (let n = 0; n < fifth; n += 1) emulator.change("deals", { name: `größer ${(total += 1)}` });
  };

  try {
    client.start();
    post();
    await has("a bookmark", (line) => line.startsWith("c "));
    await sleep(random() * 40);
    await kill();
    post();
    emulator.advance(RETENTION + 1_000);
    post();
    client.start();
    await has("the gap", (line) => line.startsWith("g "));
    if (policy === "fail") {
      /* And on every start. */
      await client.ended();
      client.start();
      await client.ended();
      return { ...count(lines(), { total, gone: total }), kills };
    }
    const isNow = (line, behind) => line.startsWith("c ") && placeOf(line.slice(2)) >= behind;
    await has("a position behind the gap", (line) => isNow(line, 3 * fifth));
    post();
    await sleep(random() * 40);
    await kill();
    client.start();
    post();
    await has("the last event", (line) => isNow(line, 5 * fifth));
    return { ...count(lines(), { total, gone: (policy === "earliest" ? 2 : 3) * fifth }), kills };
  } finally {
    await client.end();
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An event has one place in its stream here. */
const placeOf = (position) => offsetIn(JSON.parse(position).deals);

/** @param gone the last event that need not have been handled */
function count(lines, { total, gone }) {
  const handled = new Set(lines.filter((line) => line[0] === "h").map((line) => Number(line.split(" ").at(-1))));
  const missing = Array.from({ length: total }, (_, index) => index + 1).filter((number) => !handled.has(number));
  const ends = lines.filter((line) => line[0] === "e").map((line) => line.slice(2));
  const numbered = lines.filter((line) => line[0] !== "e").map((line) => {
    const [kind, rest] = [line[0], line.slice(2)];
    if (kind === "h") return `h ${rest.split(" ").at(-1)}`;
    if (kind === "c") return `c ${placeOf(rest)}`;
    return kind === "s" && rest ? `s - - - - - ${placeOf(positionIn(rest))}` : line;
  });
  const { repeated, disordered, gaps } = check(numbered, total);
  const lost = missing.filter((number) => number > gone).length;
  return { events: total, lost, told: missing.length, repeated, disordered, gaps, ends };
}
