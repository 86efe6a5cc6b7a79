// The two servers of the run over changes, with the oracle of each: what has to be known in the end.

import { createRequire } from "node:module";
import { couch } from "../support/couch/server.mjs";
import { pouch } from "../support/pouch.mjs";

const FEEDS = ["eventsource", "continuous", "longpoll", "normal"];

/** Five in six changes are of a new document, the others of one that is there; some of those delete it. */
function* changes() {
  for (let number = 1, written = 0; ; written += 1) {
    if (written % 6 === 5) yield { id: `doc ${Math.floor(number / 2)}`, deleted: written % 12 === 5, isNew: false };
    else yield { id: `doc ${(number += 1)}`, deleted: false, isNew: true };
  }
}

/** The stand-in for CouchDB, which has all four feeds. */
export async function couchSource() {
  const server = await couch();
  const next = changes();
  return {
    url: server.url,
    stop: () => server.stop(),
    get feeds() {
      return server.feeds;
    },
    async write(count) {
      for (let number = 0; number < count; number += 1) {
        const { id, deleted } = next.next().value;
        server.write(id, { deleted });
        /* So that the client reads meanwhile. */
        if (number % 100 === 99) await new Promise(setImmediate);
      }
    },
    cut: (after) => server.cut({ after }),
    refuse(feeds) {
      server.refused = new Set(feeds);
    },
    last: () => server.database.seq(server.database.end),
    async revisions() {
      return pouchClientAt(server.url);
    },
  };
}

/** PouchDB Server, which has three. */
export async function pouchSource() {
  const server = await pouch();
  const next = changes();
  const revs = new Map();
  return {
    url: server.url,
    stop: () => server.stop(),
    feeds: server.feeds,
    async write(count) {
      /* A batch must not hold one document twice. */
      for (let left = count; left > 0; ) {
        const batch = new Map();
        for (; left > 0 && batch.size < 500; left -= 1) {
          const { id, deleted } = next.next().value;
          if (batch.has(id)) break;
          batch.set(id, { _id: id, ...(revs.has(id) && { _rev: revs.get(id) }), ...(deleted && { _deleted: true }) });
        }
        for (const { id, rev, ok } of await server.write([...batch.values()])) {
          if (!ok) throw new Error(`${id} was not written`);
          revs.set(id, rev);
        }
      }
    },
    /* It knows no refusals but its own: an event stream it answers with a page. */
    refuse() {},
    async last() {
      return String((await (await fetch(server.url)).json()).update_seq);
    },
    revisions: () => pouchClientAt(server.url),
  };
}

/** The newest revision of each document, as PouchDB's own client has it. */
async function pouchClientAt(url) {
  const PouchDB = createRequire(new URL("../peers/", import.meta.url))("pouchdb");
  const remote = new PouchDB(url, { adapter: "http", skip_setup: true });
  const revisions = new Map();
  await new Promise((resolve, reject) => {
    remote
      .changes({ since: 0, batch_size: 1_000 })
      .on("change", ({ id, changes }) => revisions.set(id, changes[0].rev))
      .on("complete", resolve)
      .on("error", reject);
  });
  return revisions;
}

/** Moves from each feed to the others: by a kill and a new process, and by refusals within one. */
export function moves(count, feeds = FEEDS, hasRefusals = true) {
  return Array.from({ length: count }, (_, number) => {
    const feed = feeds[(number * 3 + Math.floor(number / feeds.length)) % feeds.length];
    const refused = FEEDS.slice(0, FEEDS.indexOf(feed));
    if (!hasRefusals) return { act: "kill", start: feed, feed, refused: [] };
    return { act: number % 2 ? "kill" : "reconnect", start: "auto", feed, refused };
  });
}
