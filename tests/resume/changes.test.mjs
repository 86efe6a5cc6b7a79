import assert from "node:assert/strict";
import test from "node:test";
import { couchSource, moves, pouchSource } from "./changes-sources.mjs";
import { resumeInChanges } from "./in-changes.mjs";

const RUNS = {
  "all four feeds of a stand-in for CouchDB": [couchSource, { total: 8_000, moves: moves(12) }, 4],
  "three feeds of PouchDB Server": [pouchSource, { total: 3_000, moves: moves(6, ["continuous", "longpoll", "normal"], false) }, 3],
};

for (const [name, [open, options, transports]] of Object.entries(RUNS)) {
  test(`a process that is killed and moved between ${name} ends with the revisions that PouchDB has`, { timeout: 120_000 }, async (t) => {
    const source = await open();
    t.after(() => source.stop());
    const counts = await resumeInChanges({ source, ...options });
    console.log(JSON.stringify(counts));
    assert.deepEqual([counts.lost, counts.repeated, counts.gaps], [0, 0, 0]);
    assert.ok(counts.transports >= transports, `${counts.transports} feeds`);
    assert.equal(counts.kills + counts.handovers, options.moves.length);
  });
}
