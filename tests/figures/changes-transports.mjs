// How many changes of a database a Node process loses or repeats while it is killed, cut off and moved between all feeds: at a
// stand-in for CouchDB, and at PouchDB Server. What is right, PouchDB's own client says.

import { couchSource, moves, pouchSource } from "../resume/changes-sources.mjs";
import { resumeInChanges } from "../resume/in-changes.mjs";

export default async function () {
  const runs = [];
  for (const [name, open, own] of [
    ["couch", couchSource, { total: 80_000, moves: moves(48) }],
    ["pouch", pouchSource, { total: 20_000, moves: moves(18, ["continuous", "longpoll", "normal"], false) }],
  ]) {
    const source = await open();
    try {
      const run = await resumeInChanges({ source, ...own });
      console.log(`${name}: ${JSON.stringify(run)}`);
      runs.push({ ...run, total: own.total });
    } finally {
      await source.stop();
    }
  }
  const sum = (name) => runs.reduce((all, run) => all + run[name], 0);
  return {
    changes: sum("total"),
    transports: Math.max(...runs.map(({ transports }) => transports)),
    ...Object.fromEntries(["lost", "repeated", "gaps", "kills", "handovers", "cuts"].map((name) => [name, sum(name)])),
  };
}
