/**
 * Measures Brookmark beside its peers: `npm run bench [-- parse|sse|streams|poll|bayeux|check …] [options]`.
 *
 *   --quick             smaller and shorter, for a first look
 *   --json FILE         writes all that was measured
 *   --runtimes A,B,…    node, chromium, firefox, a version of Node, or a path to one
 *   --workloads W1,…    for parsing: these alone
 *   --modes text,json   for parsing: one of them alone
 *   --size N            for parsing: how many bytes of each workload; for polling: how many rows
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { Stop, isProgram, main, say } from "../scripts/lib/run.mjs";
import { prepare } from "./prepare.mjs";

const BENCHES = {
  parse: async (options) => (await import("./parse/run.mjs")).runParse(options),
  sse: async (options) => (await import("./sse/run.mjs")).runSse(options),
  streams: async (options) => (await import("./streams/run.mjs")).runStreams(options),
  poll: async (options) => (await import("./poll/run.mjs")).runPoll(options),
  bayeux: async (options) => (await import("./bayeux/run.mjs")).runBayeux(options),
  check: async (options) => (await import("./check.mjs")).runCheck(options),
};

const OPTIONS = {
  quick: { type: "boolean", default: false },
  json: { type: "string" },
  runtimes: { type: "string" },
  workloads: { type: "string" },
  modes: { type: "string" },
  size: { type: "string" },
};

const machine = () => `${cpus().length} cores, ${cpus()[0].model}`;

if (isProgram(import.meta.url)) {
  await main(async () => {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
    const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
    const unknown = names.filter((name) => !(name in BENCHES));
    if (unknown.length > 0) throw new Stop(`No such benchmark: ${unknown}. There are: ${Object.keys(BENCHES).join(", ")}.`);
    const list = (text) => text?.split(",");
    const options = {
      quick: values.quick,
      runtimes: list(values.runtimes),
      workloads: list(values.workloads),
      modes: list(values.modes),
      size: values.size && Number(values.size),
    };
    await prepare();
    const results = { machine: machine(), load: {} };
    console.log(results.machine);
    for (const name of names) {
      const before = loadavg()[0];
      results[name] = await BENCHES[name](options);
      results.load[name] = [before, loadavg()[0]];
      /* One is ours. What is above that was measured beside others' work. */
      console.log(`\n${name}: the machine's load was ${results.load[name].join(" before, and ")} after`);
    }
    if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
    say("bench: done");
  });
}
