// The runs with polled services in one sum.

import { resumeInPolls } from "./in-polls.mjs";
import { resumeThroughExpiry } from "./in-expiry.mjs";
import { SERVICES } from "./polled-services.mjs";

/** Each connector in each runtime, then the Firehose under each policy for gaps. `kills` are reloads too. */
export async function sumOfPolls({ connectors = Object.keys(SERVICES), runtimes = ["node", "page"], total = 5_000, faults } = {}) {
  const runs = [];
  const take = (name, run) => {
    console.log(`${name}: ${JSON.stringify(run)}`);
    runs.push(run);
  };
  for (const connector of connectors) {
    for (const runtime of runtimes) take(`${connector}, ${runtime}`, await resumeInPolls({ connector, runtime, total, faults }));
  }
  if (connectors.includes("firehose")) {
    for (const policy of ["earliest", "latest", "fail"]) take(`firehose, gap: ${policy}`, await resumeThroughExpiry({ policy, fifth: total / 5 }));
  }
  const sum = (name) => runs.reduce((all, run) => all + run[name], 0);
  return { connectors, rows: sum("events"), kills: sum("kills"), lost: sum("lost"), repeated: sum("repeated") };
}
