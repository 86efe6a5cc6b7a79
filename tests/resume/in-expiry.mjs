// A client of the Firehose that is killed, and gone for so long that its position is no longer kept.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { firehoseEmulator } from "brookmark/emulators/firehose";
import { positionIn } from "../support/stores.mjs";
import { until } from "../support/waiting.mjs";
import { check } from "./journal.mjs";
import { offsetIn } from "./polled-services.mjs";
import { generator, seedOfRun } from "./weather.mjs";

const program = new URL("polled-client.mjs", import.meta.url).pathname;
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
  const journal = join(folder, "journal");
  const lines = () => (existsSync(journal) ? readFileSync(journal, "utf8").trimEnd().split("\n") : []);
  const has = (what, test) => until(what, () => lines().some(test), PATIENCE, () => `; the journal ends ${lines().slice(-5).join(", ")}`);
  let [total, client, kills] = [0, undefined, 0];

  const start = () => (client = spawn(process.execPath, [program, "firehose", JSON.stringify(options), folder], { stdio: ["ignore", "pipe", "inherit"] }));
  const kill = async () => {
    const ended = once(client, "exit");
    client.kill("SIGKILL");
    await ended;
    kills += 1;
  };
  const post = () => {
    for (let n = 0; n < fifth; n += 1) emulator.change("deals", { name: `größer ${(total += 1)}` });
  };

  try {
    start();
    post();
    await has("a bookmark", (line) => line.startsWith("c "));
    await sleep(random() * 40);
    await kill();
    post();
    emulator.advance(RETENTION + 1_000);
    post();
    start();
    await has("the gap", (line) => line.startsWith("g "));
    if (policy === "fail") {
      /* And on every start. */
      await once(client, "exit");
      start();
      const [output] = await once(client.stdout, "data");
      await once(client, "exit");
      return { ...count(lines(), { total, gone: total }), kills, ended: String(output).trim() };
    }
    const isNow = (line, behind) => line.startsWith("c ") && placeOf(line.slice(2)) >= behind;
    await has("a position behind the gap", (line) => isNow(line, 3 * fifth));
    post();
    await sleep(random() * 40);
    await kill();
    start();
    post();
    await has("the last event", (line) => isNow(line, 5 * fifth));
    return { ...count(lines(), { total, gone: (policy === "earliest" ? 2 : 3) * fifth }), kills };
  } finally {
    if (client?.exitCode === null && client.signalCode === null) client.kill("SIGKILL");
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
  const numbered = lines.map((line) => {
    const [kind, rest] = [line[0], line.slice(2)];
    if (kind === "h") return `h ${rest.split(" ").at(-1)}`;
    if (kind === "c") return `c ${placeOf(rest)}`;
    return kind === "s" && rest ? `s - - - - - ${placeOf(positionIn(rest))}` : line;
  });
  const { repeated, disordered, gaps } = check(numbered, total);
  return { events: total, lost: missing.filter((number) => number > gone).length, told: missing.length, repeated, disordered, gaps };
}
