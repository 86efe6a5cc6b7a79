// Events of many Salesforce channels to a Node process that is killed again and again, while the service does all that it does.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { positionIn } from "../support/stores.mjs";
import { until } from "../support/waiting.mjs";
import { FAULTS } from "./bayeux-faults.mjs";
import { ClientProcess } from "./client-process.mjs";
import { check, finalLines } from "./journal.mjs";
import { generator, seedOfRun, shuffled } from "./weather.mjs";

/** Channels of every kind. */
const NAMES = [(n) => `/topic/Deals${n}`, (n) => `/u/deals/${n}`, (n) => `/event/Deal${n}__e`, (n) => `/data/Deal${n}__ChangeEvent`];
/** No double holds these. */
const IDS_ABOVE = "9007199254740993";
/** Slow enough that there is something left to send until the last fault; bursts bring the rest. */
const PERIOD = 25;
const MEAN_CALM = 300;
const PATIENCE = 20_000;

/** Runs it; gives the counts of the journals and of the faults. */
export async function resumeInBayeux({ total = 20_000, channels: count = 20, faults = 50, kills = 10 } = {}) {
  const seed = seedOfRun();
  const random = generator(seed);
  const folder = mkdtempSync(join(tmpdir(), "brookmark-resume-"));
  const channels = Array.from({ length: count }, (_, n) => NAMES[n % NAMES.length](n));
  for (const index of channels.keys()) mkdirSync(join(folder, String(index)));
  const emulator = await salesforceEmulator({ replayIdsAbove: IDS_ABOVE });
  const service = new Service(emulator, { channels, total, random: generator(seed + 1) });
  const options = { url: `${emulator.instanceUrl}/cometd/60.0`, channels };
  const journalOf = (index) => join(folder, String(index), "journal");
  const client = new ClientProcess("bayeux-client.mjs", { args: [JSON.stringify(options)], folder, journal: journalOf(count - 1) });
  try {
    client.start();
    service.begin();
    const kinds = Object.keys(FAULTS);
    const storms = shuffled([...Array(kills).fill("kill"), ...Array.from({ length: faults }, (_, n) => kinds[n % kinds.length])], random);
    for (const [n, storm] of storms.entries()) {
      await sleep(random() * MEAN_CALM * 2);
      service.post(Math.floor((total * (n + 0.5)) / storms.length) - service.count);
      if (storm === "kill") await client.restart(random);
      else await FAULTS[storm](service, random);
      client.check();
    }
    console.log(`all faults done: ${kills} kills, ${faults} others of ${Math.min(faults, kinds.length)} kinds`);
    service.post(total);
    const views = channels.map((channel, index) => {
      const places = new Map(service.ids.get(channel).map((id, n) => [id, n + 1]));
      return { places, read: () => linesOf(journalOf(index), places) };
    });
    const isFinished = ({ places, read }) => read().includes(`c ${places.size}`);
    await finalLines(() => [views.filter(isFinished).length], (finished) => finished === count);
    client.check();
    return { ...sum(views.map(({ places, read }) => check(read(), places.size))), channels: count, faults, kills };
  } finally {
    service.end();
    await client.end();
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The service, with what was published. */
class Service {
  emulator;
  /** By channel: the ids of its events. */
  ids;
  count = 0;
  #total;
  #random;
  #flow;

  constructor(emulator, { channels, total, random }) {
    this.emulator = emulator;
    this.ids = new Map(channels.map((channel) => [channel, []]));
    this.#total = total;
    this.#random = random;
  }

  begin() {
    this.#flow = setInterval(() => this.post(1), PERIOD);
  }

  end() {
    clearInterval(this.#flow);
  }

  /** Publishes so many events, each to one of the channels. */
  post(count) {
    const channels = [...this.ids.keys()];
    for (const last = Math.min(this.count + count, this.#total); this.count < last; this.count += 1) {
      const channel = channels[Math.floor(this.#random() * channels.length)];
      const id = this.emulator.publish(channel, { Text__c: `größer ${this.count}\n${"x".repeat(this.#random() * 400)}` });
      this.ids.get(channel).push(id);
    }
  }

  /** Waits until the client is back: a fault beside another one might not be met. */
  isHeard() {
    const { emulator, ids } = this;
    const isWhole = ({ channels, isHeld }) => isHeld && channels.length === ids.size;
    return until("a session with all channels", () => emulator.sessions.some(isWhole), PATIENCE);
  }
}

/** A journal in numbers in the place of replay ids. */
function linesOf(file, places) {
  const place = (id) => places.get(id) ?? 0;
  const views = {
    s: (record) => (record === "" ? "s " : `s - - - - - ${place(positionIn(record))}`),
    h: (id) => `h ${place(id)}`,
    c: (position) => `c ${place(position)}`,
    g: (reason) => `g ${reason}`,
  };
  return readFileSync(file, "utf8").trimEnd().split("\n").map((line) => views[line[0]](line.slice(2)));
}

function sum(counts) {
  const total = (name) => counts.reduce((all, one) => all + one[name], 0);
  const names = ["events", "lost", "repeated", "disordered", "early", "gaps"];
  return { ...Object.fromEntries(names.map((name) => [name, total(name)])), starts: counts[0].starts };
}
