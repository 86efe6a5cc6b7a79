// The bad weather that a resume run goes through, all of it drawn from one seed.

import { setTimeout as sleep } from "node:timers/promises";

const FAULTS = { disturb: 25, cut: 25, restart: 5 };
const MEAN_CALM = 900;
const LONGEST_CUT = 8_000;

/**
 * Goes through all faults while `total` events are emitted, in a steady flow with bursts.
 *
 * `deals` is the server, or what can be told the same; `faults` are how often each comes. `disturb()` does to the client what this run is about: kills its process or reloads its page.
 * Gives the number of faults of each kind; each of them is known to have happened.
 */
export async function weather({ deals, total, seed, disturb, label, faults: counts = FAULTS }) {
  const random = generator(seed);
  const faults = shuffled(Object.entries(counts).flatMap(([name, count]) => Array(count).fill(name)), random);
  const done = { disturb: 0, cut: 0, restart: 0 };

  const acts = {
    disturb: () => disturb(random),
    async cut() {
      await becomes(deals, "a connection to cut", (status) => status.open > 0);
      const before = (await deals.status()).requests.length;
      await deals.command("cut", { after: Math.floor(random() * LONGEST_CUT) });
      await becomes(deals, "a new request after the cut", (status) => status.requests.length > before);
    },
    async restart() {
      await deals.kill();
      await sleep(random() * 400);
      await deals.start();
    },
  };

  for (const [n, fault] of faults.entries()) {
    await sleep(random() * MEAN_CALM);
    await burst(deals, Math.floor((total * (n + 0.5)) / faults.length), random);
    await sleep(random() * MEAN_CALM);
    await acts[fault]();
    done[fault] += 1;
    if ((n + 1) % 11 === 0) {
      const { next } = await deals.status();
      console.log(`${n + 1} of ${faults.length} faults, ${next - 1} of ${total} events emitted`);
    }
  }
  await deals.command("burst", { count: total });
  console.log(`all faults done: ${done.disturb} ${label}, ${done.cut} cuts, ${done.restart} restarts`);
  return done;
}

/** Emits what is missing to `goal` in one or two bursts; the flow has brought the rest. */
async function burst(deals, goal, random) {
  const missing = goal - (await deals.status()).next;
  if (missing <= 0) return;
  const first = Math.ceil(missing * random());
  await deals.command("burst", { count: first });
  await deals.command("burst", { count: missing - first });
}

async function becomes(deals, what, check) {
  const deadline = Date.now() + 20_000;
  while (!check(await deals.status())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(5);
  }
}

/** The seed of this run: given for a run to be repeated, else by chance. Printed in any case. */
export function seedOfRun() {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed} (SEED=${seed} draws the same faults again)`);
  return seed;
}

/** A repeatable generator of fractions in [0, 1): Mulberry32. */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The list in an order drawn by `random`; it is changed. */
export function shuffled(list, random) {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}
