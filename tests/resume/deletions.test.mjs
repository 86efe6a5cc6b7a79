import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Rows } from "../support/rows.mjs";
import { ClientProcess } from "./client-process.mjs";
import { generator, seedOfRun } from "./weather.mjs";

const KILLS = 20;

test("a copy of a table stays true to it across kills, deletions included", { timeout: 240_000 }, async (t) => {
  const random = generator(seedOfRun());
  const folder = mkdtempSync(join(tmpdir(), "brookmark-resume-"));
  const rows = new Rows({ size: 25 });
  await rows.listen();
  /* Rows that begin with an s stay for ever; at least half of what may be known is always there. */
  const ids = Array.from({ length: 60 }, (_, n) => `r${n}`);
  const stay = Array.from({ length: 60 }, (_, n) => `s${n}`);
  rows.put(...stay, ...ids);
  let deleted = 0;
  const change = () => {
    const id = ids[Math.floor(random() * ids.length)];
    if (random() < 0.5) rows.put(id);
    else if (rows.rows.delete(id)) deleted += 1;
  };
  const changing = setInterval(change, 20);

  const client = new ClientProcess("deletions-client.mjs", { args: [rows.url], folder });
  client.start();
  t.after(async () => {
    clearInterval(changing);
    await client.end();
    await rows.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (let kills = 0; kills < KILLS; kills += 1) {
    const { length } = rows.asked;
    while (rows.asked.length < length + 10) await sleep(2);
    await sleep(random() * 150);
    await client.kill();
    change();
    client.start();
  }
  clearInterval(changing);

  const look = () => {
    const { table, unsure, ...rest } = copyOf(client.lines());
    const wrong = [...table].filter(([id, seq]) => rows.rows.get(id) !== seq && (rows.rows.has(id) || !unsure.has(id)));
    const missing = [...rows.rows.keys()].filter((id) => !table.has(id));
    return { wrong, missing, unsure: unsure.size, ...rest };
  };
  const deadline = Date.now() + 20_000;
  let found = look();
  while (found.wrong.length + found.missing.length > 0 && Date.now() < deadline) {
    await sleep(50);
    found = look();
  }
  const { wrong, missing, unsure, errors, told } = found;
  console.log(JSON.stringify({ kills: KILLS, deleted, told, unsure }));
  assert.deepEqual({ wrong, missing, errors: [...errors] }, { wrong: [], missing: [], errors: [] });
  assert.ok(told > KILLS);
});

/**
 * The client's copy. `unsure` are rows that it had handled when it was killed, and whose handling its store does not know: to
 * the stream they were never there.
 */
function copyOf(lines) {
  const table = new Map();
  const unsure = new Set();
  const errors = new Set();
  let told = 0;
  const steps = {
    s(record) {
      const known = new Set(idsIn(record));
      for (const id of table.keys()) if (!known.has(id)) unsure.add(id);
    },
    p(text) {
      const [id, seq] = text.split(" ");
      table.set(id, Number(seq));
      unsure.delete(id);
    },
    d(id) {
      assert.ok(!id.startsWith("s"), `${id} was never deleted`);
      table.delete(id);
      told += 1;
    },
    e: (code) => errors.add(code),
  };
  for (const line of lines) steps[line[0]](line.slice(2));
  return { table, unsure, errors, told };
}

/** The ids in a record, each with its length before it. */
function idsIn(record) {
  let rest = record.split(" ").slice(3).join(" ");
  const ids = [];
  while (rest) {
    const start = rest.indexOf(" ") + 1;
    const end = start + Number(rest.slice(0, start));
    ids.push(rest.slice(start, end));
    rest = rest.slice(end);
  }
  return ids;
}
