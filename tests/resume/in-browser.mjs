// 20,000 events to a page that is reloaded again and again, in headless Chromium.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { DealsProcess } from "./deals-process.mjs";
import { check, finalLines } from "./journal.mjs";
import { seedOfRun, weather } from "./weather.mjs";

/** Runs it; gives the counts of the journal and of the faults. */
export async function resumeInBrowser({ total = 20_000 } = {}) {
  const seed = seedOfRun();
  const folder = mkdtempSync(join(tmpdir(), "brookmark-resume-"));
  const deals = new DealsProcess({
    state: join(folder, "deals"), seed: seed % 1_000, rate: 120, keep: total, last: total,
  });
  const pages = await servePages();
  const browser = await openChromium();
  try {
    await deals.start();
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(`in the page: ${error}`));
    await page.goto(`${pages.url}/tests/resume/page.html?source=${encodeURIComponent(deals.url)}`);
    const done = await weather({
      deals, total, seed, label: "reloads",
      disturb: () => page.reload({ waitUntil: "commit" }),
    });
    const journal = () => page.evaluate(() => globalThis.readJournal());
    const found = check(await finalLines(journal, (line) => line === `c ${total}`), total);
    return { ...found, reloads: done.disturb, cuts: done.cut, restarts: done.restart, kills: 0 };
  } finally {
    await browser.close();
    await pages.close();
    await deals.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
