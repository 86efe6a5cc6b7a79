// 20,000 events to a Node process that is killed again and again.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DealsProcess } from "./deals-process.mjs";
import { check, finalLines } from "./journal.mjs";
import { seedOfRun, weather } from "./weather.mjs";

const program = new URL("client.mjs", import.meta.url).pathname;

/** Runs it; gives the counts of the journal and of the faults. */
export async function resumeInNode({ total = 20_000 } = {}) {
  const seed = seedOfRun();
  const folder = mkdtempSync(join(tmpdir(), "brookmark-resume-"));
  const deals = new DealsProcess({
    state: join(folder, "deals"), seed: seed % 1_000, rate: 120, keep: total, last: total,
  });
  const journal = () => readFileSync(join(folder, "journal"), "utf8").trimEnd().split("\n");
  let client;

  const startClient = () => {
    client = spawn(process.execPath, [program, deals.url, folder], { stdio: "inherit" });
    client.once("exit", (code, signal) => {
      if (signal !== "SIGKILL") console.error(`the client ended by itself (code ${code})`);
    });
  };
  const killClient = async () => {
    const ended = once(client, "exit");
    client.kill("SIGKILL");
    await ended;
  };

  await deals.start();
  try {
    startClient();
    const done = await weather({
      deals, total, seed, label: "kills",
      async disturb(random) {
        await killClient();
        await sleep(random() * 300);
        startClient();
      },
    });
    const found = check(await finalLines(journal, (line) => line === `c ${total}`), total);
    return { ...found, reloads: 0, cuts: done.cut, restarts: done.restart, kills: done.disturb };
  } finally {
    if (client?.exitCode === null && client.signalCode === null) await killClient();
    await deals.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
