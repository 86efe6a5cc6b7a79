// Messages of several Flowdock flows to a Node process that is killed again and again.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flowdockEmulator } from "brookmark/emulators/flowdock";
import { positionIn } from "../support/stores.mjs";
import { until } from "../support/waiting.mjs";
import { ClientProcess } from "./client-process.mjs";
import { check, finalLines } from "./journal.mjs";
import { generator, seedOfRun, weather } from "./weather.mjs";

const FLOWS = ["acme/main", "acme/help", "beta/main"];
/** Slow enough that there is something left to send until the last fault; bursts bring the rest. */
const PERIOD = 25;

/** Runs it in one format; gives the counts of the journal and of the faults. */
export async function resumeInFlows({ format, total = 5_000, faults }) {
  const seed = seedOfRun();
  const folder = mkdtempSync(join(tmpdir(), "brookmark-resume-"));
  const emulator = await flowdockEmulator({ flows: FLOWS });
  const service = new Service(emulator, total, generator(seed + 1));
  const options = {
    ...{ format, token: "token", flows: FLOWS, streamUrl: emulator.streamUrl, apiUrl: emulator.apiUrl },
    ...(format === "json" && { start: "earliest" }),
  };
  const client = new ClientProcess("flowdock-client.mjs", { args: [JSON.stringify(options)], folder });

  try {
    client.start();
    // The event stream begins with new messages, and where it stands is known from the first one on.
    await until("the client's stream", () => emulator.connections > 0);
    service.post(1);
    await until("the first bookmark", () => existsSync(join(folder, "bookmark")));
    service.begin();
    const done = await weather({
      deals: service, total, seed, label: "kills", faults, disturb: (random) => client.restart(random),
    });
    const views = VIEWS[format](service);
    const isLast = (line) => line[0] === "c" && views.every(({ place, total }) => Number(place(line.slice(2))) === total);
    const lines = await finalLines(() => client.lines(), isLast);
    return { ...sum(views.map((view) => seen(lines, view))), cuts: done.cut, restarts: done.restart, kills: done.disturb };
  } finally {
    service.end();
    await client.end();
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The service as `weather` wants it: messages come in a steady flow, each to one of the flows. */
class Service {
  next = 1;
  #emulator;
  #total;
  #random;
  #flow;

  constructor(emulator, total, random) {
    this.#emulator = emulator;
    this.#total = total;
    this.#random = random;
  }

  begin() {
    this.#flow = setInterval(() => this.post(1), PERIOD);
  }

  end() {
    clearInterval(this.#flow);
  }

  post(count) {
    for (const last = Math.min(this.next + count - 1, this.#total); this.next <= last; this.next += 1) {
      const flow = FLOWS[Math.floor(this.#random() * FLOWS.length)];
      this.#emulator.post(flow, `${this.next} – größer\n${"x".repeat(this.#random() * 400)}`);
    }
  }

  total(flow) {
    return flow === undefined ? this.next - 1 : this.#emulator.messages(flow).length;
  }

  status() {
    const requests = this.#emulator.requests.filter(({ host }) => host === "stream");
    return { next: this.next, open: this.#emulator.connections, requests };
  }

  command(name, { after, count }) {
    if (name === "cut") this.#emulator.cut({ after });
    else this.post(count);
  }

  kill() {
    return this.#emulator.stop();
  }

  start() {
    return this.#emulator.start();
  }
}

/**
 * What of the journal is in order: in the JSON format each flow by itself, in the event stream all
 * of them together. `place` finds the number in a position, `number` in what was handled.
 */
const VIEWS = {
  json: (service) =>
    FLOWS.map((flow) => {
      const id = flow.replace("/", ":");
      return {
        total: service.total(flow),
        place: (position) => JSON.parse(position)[id],
        number: (handled) => (handled.startsWith(`${id} `) ? handled.split(" ")[1] : undefined),
      };
    }),
  "event-stream": (service) => [
    {
      total: service.total(),
      place: (position) => position.split("-")[1],
      number: (handled) => handled.split(" ")[2],
    },
  ],
};

/** Checks one view of the journal, in the words of the journal with numbers. */
function seen(lines, { total, place, number }) {
  const views = {
    s: (record) => (record === "" ? "s " : `s - - - - - ${place(positionIn(record))}`),
    h: (handled) => (number(handled) === undefined ? null : `h ${number(handled)}`),
    /* A flow that has begun, and of which nothing was handled, stands at 0. */
    c: (position) => (place(position) === "0" ? null : `c ${place(position)}`),
    g: (reason) => `g ${reason}`,
  };
  const own = lines.map((line) => views[line[0]](line.slice(2))).filter((line) => line !== null);
  return check(own, total);
}

function sum(counts) {
  const total = (name) => counts.reduce((all, one) => all + one[name], 0);
  const names = ["events", "lost", "repeated", "disordered", "early"];
  const { gaps, starts } = counts[0];
  return { ...Object.fromEntries(names.map((name) => [name, total(name)])), gaps, starts };
}
