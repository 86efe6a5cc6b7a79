/**
 * Times the contenders of one workload, in any runtime: same bytes, same chunks, same events.
 *
 * What each delivers is compared with what the workload means before anything is timed, and its sum
 * after each round. The rounds are interleaved, and their order turns, so that whatever else the machine does
 * meets all alike.
 */
import { median, spread } from "../lib/numbers.mjs";
import { cut } from "../workloads.mjs";

/** Compilers take their time, above all those of wasm: what is timed is a client that has run for a while. */
const WARM_UP = 300;

/** Where the machine is busy with other things, there are more rounds: up to so many times as many. */
const PATIENCE = 3;
/** How unsure a median may be, as a share of it. */
const UNSURE = 0.03;

/**
 * @param workload what `workload` gives
 * @param cell `{ json, chunkBytes, rounds }`; without rounds, nothing is timed
 * @param contenders `{ name, kind, only, ready, run }` each
 * @param waited for how many milliseconds the system has had others run, where that is known; it is no contender's time
 * @returns `[{ name, kind, times }]`, the times in milliseconds
 */
export async function measure(workload, { json, chunkBytes, rounds }, contenders, waited = () => 0) {
  const chunks = cut(workload.bytes, chunkBytes);
  const texts = workload.events.map((event) => event.data);
  const context = { json, types: workload.types, end: workload.end, texts, total: { length: 0 }, waited };
  const expected = new Sum(json);
  for (const { type, data, id } of workload.events) expected.add(type, json ? JSON.parse(data) : data, id);

  const entries = contenders.filter((contender) => fits(contender, context)).map((contender) => ({ ...contender, times: [] }));
  for (const entry of entries) {
    await entry.ready?.();
    if (entry.kind !== "limit") await check(entry, chunks, workload.events, context);
    for (const end = rounds > 0 ? performance.now() + WARM_UP : 0; performance.now() < end; ) await time(entry, chunks, context, expected);
    entry.times.length = 0;
  }
  for (let round = 0; round < rounds || (round < rounds * PATIENCE && isUnsure(entries)); round += 1) {
    for (let turn = 0; turn < entries.length; turn += 1) {
      await time(entries[(round + turn) % entries.length], chunks, context, expected);
    }
  }
  return entries.map(({ name, kind, times }) => ({ name, kind, times }));
}

/** Whether the medians that are compared, those of ours and of the best peer, are still far from sure. */
function isUnsure(entries) {
  const speed = ({ times }) => -median(times);
  const peers = entries.filter(({ kind }) => kind === "peer").sort((a, b) => speed(b) - speed(a));
  const compared = [...entries.filter(({ kind }) => kind === "ours"), ...peers.slice(0, 1)];
  return compared.some(({ times }) => spread(times) / Math.sqrt(times.length) > UNSURE);
}

/** Whether the contender can do it: some know one mode, or one end of records. */
export function fits({ only = {} }, context) {
  return Object.entries(only).every(([name, value]) => context[name] === value);
}

/** Throws unless the contender delivers just these events. */
export async function check({ name, run }, chunks, events, context) {
  let count = 0;
  const take = (type, data, id) => {
    const wanted = events[count];
    const isSame = wanted && type === wanted.type && id === wanted.id && sameData(data, wanted.data, context.json);
    if (!isSame) throw new Error(`${name}: event ${count} is ${shorten({ type, data, id })}, not ${shorten(wanted)}`);
    count += 1;
  };
  let failed = null;
  /* Some contenders swallow what their user throws. */
  const taking = (...event) => {
    try {
      take(...event);
    } catch (error) {
      failed ??= error;
    }
  };
  await run(chunks, taking, context);
  if (failed) throw failed;
  if (count !== events.length) throw new Error(`${name}: ${count} events, not ${events.length}`);
}

const sameData = (data, text, json) => (json ? JSON.stringify(data) === JSON.stringify(JSON.parse(text)) : data === text);

const shorten = (event) => JSON.stringify(event)?.slice(0, 300);

async function time({ name, kind, run, times }, chunks, context, expected) {
  const sum = new Sum(context.json);
  const take = (type, data, id) => sum.add(type, data, id);
  /* Nobody pays for another's garbage. A full collection would also shrink the heap and drop what the
     compilers have learnt: a state in which no client stays for long. */
  globalThis.gc?.({ type: "minor" });
  const waitedBefore = context.waited();
  const began = performance.now();
  const running = run(chunks, take, context);
  /* Awaiting what is no promise would still cost a turn. */
  if (running) await running;
  const took = performance.now() - began;
  times.push(took - (context.waited() - waitedBefore));
  if (kind !== "limit" && !sum.equals(expected)) throw new Error(`${name}: a timed round has lost or changed events`);
}

/** The work of a consumer: it looks at all of an event, and so that nobody can leave anything out. */
class Sum {
  count = 0;
  length = 0;
  letters = 0;

  constructor(json) {
    this.add = json ? this.addValue : this.addText;
  }

  addText(type, data, id) {
    this.count += 1;
    this.length += type.length + data.length + id.length;
    this.letters = (this.letters + data.charCodeAt(data.length - 1) + data.charCodeAt(data.length >> 1)) | 0;
  }

  addValue(type, value, id) {
    this.count += 1;
    this.length += type.length + id.length;
    this.letters += typeof value === "object" ? 1 : 0;
  }

  equals(other) {
    return this.count === other.count && this.length === other.length && this.letters === other.letters;
  }
}
