// How many messages of Flowdock flows a Node process loses, repeats and reorders over kills, cuts and
// restarts, in both formats.

import { resumeInFlows } from "../resume/in-flows.mjs";

export default async function () {
  const runs = [];
  for (const format of ["json", "event-stream"]) {
    const run = await resumeInFlows({ format });
    console.log(`${format}: ${JSON.stringify(run)}`);
    runs.push(run);
  }
  const sum = (name) => runs.reduce((all, run) => all + run[name], 0);
  const names = ["events", "lost", "repeated", "disordered", "cuts", "restarts", "kills"];
  return Object.fromEntries(names.map((name) => [name, sum(name)]));
}
