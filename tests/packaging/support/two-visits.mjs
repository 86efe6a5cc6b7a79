/** What must come out the same in every runtime. */
import assert from "node:assert/strict";
import { startSource } from "./server.mjs";

/**
 * Calls `visit(url, until)` twice against a new source. A visit is a fresh client with the
 * bookmark "place" that handles events until the position `until` is committed, and gives
 * `{ ids, engine }`. The second client shares nothing with the first but the store.
 */
export async function keepsItsPlace(visit, { engine }) {
  const source = await startSource();
  try {
    assert.deepEqual(await visit(source.url, "2"), { ids: ["1", "2"], engine });
    const requestsBefore = source.positions.length;
    assert.equal(source.positions[0], null);

    assert.deepEqual(await visit(source.url, "4"), { ids: ["3", "4"], engine });
    assert.equal(source.positions[requestsBefore], "2");
  } finally {
    await source.close();
  }
}
