/**
 * Whether every contender delivers what the workloads mean, small ones, cut in several ways: in Node and in the
 * browsers. Nothing is timed.
 */
import { say } from "../scripts/lib/run.mjs";
import { WORKLOADS } from "./workloads.mjs";
import { openRuntime } from "./parse/runtimes.mjs";

const JOB = { size: 600_000, chunks: [97, 1_400, 65_536], rounds: 0 };

/** @returns how many agree, by runtime */
export async function runCheck({ runtimes = ["node", "chromium", "firefox"] }) {
  const agreed = {};
  for (const spec of runtimes) {
    const runtime = await openRuntime(spec);
    agreed[runtime.label] = 0;
    try {
      for (const name of WORKLOADS) {
        for (const json of [false, true]) {
          const { cells } = await runtime.measure({ ...JOB, name, json });
          for (const { entries } of cells) agreed[runtime.label] += entries.filter(({ kind }) => kind !== "limit").length;
        }
      }
    } finally {
      await runtime.close();
    }
    say(`check: ${agreed[runtime.label]} times, a contender has delivered just what it should, in ${runtime.label}`);
  }
  return agreed;
}
