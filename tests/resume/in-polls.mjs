// Events of a polled service to a Node process that is killed again and again, or to a page that is reloaded.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { positionIn } from "../support/stores.mjs";
import { ClientProcess } from "./client-process.mjs";
import { check, finalLines } from "./journal.mjs";
import { SERVICES } from "./polled-services.mjs";
import { generator, seedOfRun, weather } from "./weather.mjs";

/** Slow enough that there is something left to send until the last fault; bursts bring the rest. */
const PERIOD = 25;

/** Runs it with a connector, in `"node"` or a `"page"`; gives the counts of the journal and of the faults. */
export async function resumeInPolls({ connector, runtime = "node", total = 5_000, faults }) {
  const seed = seedOfRun();
  const service = await SERVICES[connector](generator(seed + 1));
  const source = new Source(service, total);
  const client = await CLIENTS[runtime](service);
  try {
    source.begin();
    const done = await weather({ deals: source, total, seed, label: client.label, faults, disturb: client.disturb });
    const views = await service.views();
    const isLast = (line) => line[0] === "c" && views.every(({ place, total }) => place(line.slice(2)) === total);
    const lines = await finalLines(client.journal, isLast);
    return { ...sum(views.map((view) => seen(lines, view))), cuts: done.cut, restarts: done.restart, kills: done.disturb };
  } finally {
    source.end();
    await client.end();
    await service.emulator.stop();
  }
}

/** Both begin at once. `disturb` kills and starts, `journal` gives the lines so far. */
const CLIENTS = {
  async node({ connector, options }) {
    const folder = mkdtempSync(join(tmpdir(), "brookmark-resume-"));
    const client = new ClientProcess("polled-client.mjs", { args: [connector, JSON.stringify(options)], folder });
    client.start();
    return {
      label: "kills",
      disturb: (random) => client.restart(random),
      journal: () => client.lines(),
      async end() {
        await client.end();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
  async page({ connector, options }) {
    const pages = await servePages();
    const browser = await openChromium();
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(`in the page: ${error}`));
    const asked = new URLSearchParams({ connector, options: JSON.stringify(options) });
    await page.goto(`${pages.url}/tests/resume/polled-page.html?${asked}`);
    return {
      label: "reloads",
      disturb: () => page.reload({ waitUntil: "commit" }),
      async journal() {
        /* It may just have been reloaded. */
        await page.waitForFunction(() => globalThis.readJournal);
        return page.evaluate(() => globalThis.readJournal());
      },
      async end() {
        await browser.close();
        await pages.close();
      },
    };
  },
};

/** The service as `weather` wants it: events come in a steady flow. */
class Source {
  next = 1;
  #service;
  #total;
  #flow;

  constructor(service, total) {
    this.#service = service;
    this.#total = total;
  }

  begin() {
    this.#flow = setInterval(() => this.#post(1), PERIOD);
  }

  end() {
    clearInterval(this.#flow);
  }

  status() {
    return { next: this.next, open: 1, requests: this.#service.emulator.requests };
  }

  command(name, { after, count }) {
    if (name === "burst") this.#post(count);
    /* Most answers are short ones. */
    else this.#service.emulator.cut({ after: after % 2 === 0 ? after : after % 250 });
  }

  kill() {
    return this.#service.emulator.stop();
  }

  start() {
    return this.#service.emulator.start();
  }

  #post(count) {
    for (const last = Math.min(this.next + count - 1, this.#total); this.next <= last; this.next += 1) this.#service.post(this.next);
  }
}

/** Checks one view of the journal, in the words of the journal with numbers. */
function seen(lines, { total, place, number }) {
  const views = {
    s: (record) => (record === "" ? "s " : `s - - - - - ${place(positionIn(record))}`),
    h: (handled) => (number(handled) === undefined ? null : `h ${number(handled)}`),
    /* A series of which nothing was handled stands at 0. */
    c: (position) => (place(position) === 0 ? null : `c ${place(position)}`),
    g: (reason) => `g ${reason}`,
  };
  const own = lines.map((line) => views[line[0]](line.slice(2))).filter((line) => line !== null);
  const counts = check(own, total);
  /* The bookmark knows items that were handled by their prints too, before the position has passed them: what does not come again
     has been handled, or it is lost. */
  return { ...counts, lost: total - counts.events };
}

function sum(counts) {
  const total = (name) => counts.reduce((all, one) => all + one[name], 0);
  const names = ["events", "lost", "repeated", "disordered", "early"];
  const { gaps, starts } = counts[0];
  return { ...Object.fromEntries(names.map((name) => [name, total(name)])), gaps, starts };
}
