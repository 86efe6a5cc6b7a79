// 20,000 events to a Node process that is killed again and again.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClientProcess } from "./client-process.mjs";
import { DealsProcess } from "./deals-process.mjs";
import { check, finalLines } from "./journal.mjs";
import { seedOfRun, weather } from "./weather.mjs";

/** Runs it; gives the counts of the journal and of the faults. */
export async function resumeInNode({ total = 20_000 } = {}) {
  const seed = seedOfRun();
  const folder = mkdtempSync(join(tmpdir(), "brookmark-resume-"));
  const deals = new DealsProcess({
    state: join(folder, "deals"), seed: seed % 1_000, rate: 120, keep: total, last: total,
  });

  await deals.start();
  const client = new ClientProcess("client.mjs", { args: [deals.url], folder });
  try {
    client.start();
    const done = await weather({ deals, total, seed, label: "kills", disturb: (random) => client.restart(random) });
    const found = check(await finalLines(() => client.lines(), (line) => line === `c ${total}`), total);
    return { ...found, reloads: 0, cuts: done.cut, restarts: done.restart, kills: done.disturb };
  } finally {
    await client.end();
    await deals.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
