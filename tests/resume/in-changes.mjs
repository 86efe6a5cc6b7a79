// Changes of a database to a Node process that is killed, cut off and sent from one feed to another, while they are
// written.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { positionIn } from "../support/stores.mjs";
import { ClientProcess } from "./client-process.mjs";
import { finalLines } from "./journal.mjs";
import { generator, seedOfRun } from "./weather.mjs";

/**
 * Writes `total` changes while the client moves through `moves`: each names the feed that is to take over, those that are
 * refused from then on, and what makes the client look: a kill, behind which it starts with the feed `start`, or a word.
 * @param source `{ url, feeds, write(count), cut(bytes), refuse(feeds), revisions(), last() }`; what it does may take its
 *   time. `write` writes so many changes, `refuse` turns feeds away from then on, `revisions` is the newest revision of each
 *   document, by an oracle, and `last` the position behind all of them
 */
export async function resumeInChanges({ source, total, moves }) {
  const random = generator(seedOfRun());
  const folder = mkdtempSync(join(tmpdir(), "brookmark-changes-"));
  const counts = { kills: 0, cuts: 0, handovers: 0 };
  const options = (feed) => JSON.stringify({ url: source.url, feed, start: "earliest", every: 20, heartbeat: 1_000 });
  const client = new ClientProcess("couch-client.mjs", { args: [options("auto")], folder });
  const asked = async (feed) => {
    const from = source.feeds.length;
    for (const deadline = Date.now() + 20_000; !source.feeds.slice(from).includes(feed); await sleep(2)) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${feed}`);
    }
  };

  try {
    client.start();
    const each = Math.floor(total / moves.length);
    for (const [number, { act, start, feed, refused }] of moves.entries()) {
      const count = number === moves.length - 1 ? total - each * (moves.length - 1) : each;
      const first = Math.floor(count * random());
      await source.write(first);
      /* In the middle of what is being read. */
      await sleep(random() * 60);
      source.refuse(refused);
      const moved = asked(feed);
      if (act === "kill") {
        await client.kill();
        client.args = [options(start)];
        client.start();
        counts.kills += 1;
      } else {
        client.tell("reconnect");
        counts.handovers += 1;
      }
      await source.write(count - first);
      await moved;
      if (source.cut && number % 2 === 1) {
        source.cut(Math.floor(random() * 20_000));
        counts.cuts += 1;
      }
    }
    const last = await source.last();
    const lines = await finalLines(() => client.lines(), (line) => line === `c ${last}`);
    return { ...check(lines, await source.revisions()), transports: new Set(source.feeds).size, ...counts };
  } finally {
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What the journal says. `lost` are documents whose newest revision was not handled, or that the oracle does not have;
 * `repeated` are changes handled again after their own commit.
 */
function check(lines, revisions) {
  const newest = new Map();
  /* What was handled since the last commit, and what a commit has settled. */
  const open = new Map();
  const settled = new Set();
  const counts = { changes: 0, lost: 0, repeated: 0, gaps: 0, starts: 0 };
  const settle = (position) => {
    if (!open.has(position)) return;
    for (const [own, changes] of open) {
      changes.forEach((change) => settled.add(change));
      open.delete(own);
      if (own === position) break;
    }
  };
  const steps = {
    s(record) {
      counts.starts += 1;
      if (record !== "") settle(positionIn(record));
      open.clear();
    },
    h(text) {
      const [position, rev, ...id] = text.split(" ");
      const change = `${rev} ${id.join(" ")}`;
      counts.changes += 1;
      if (settled.has(change)) counts.repeated += 1;
      if (!open.has(position)) open.set(position, []);
      open.get(position).push(change);
      newest.set(id.join(" "), rev);
    },
    c: settle,
    g() {
      counts.gaps += 1;
    },
  };
  for (const line of lines) steps[line[0]](line.slice(2));
  for (const [id, rev] of revisions) if (newest.get(id) !== rev) counts.lost += 1;
  for (const id of newest.keys()) if (!revisions.has(id)) counts.lost += 1;
  return counts;
}
