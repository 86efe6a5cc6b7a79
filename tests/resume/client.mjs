// The client of the resume run in Node: `node client.mjs URL FOLDER`. Killed at any moment and
// started again, it must go on as if nothing had been. See journal.mjs for what it writes down.

import { openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sse } from "brookmark";

const [url, folder] = process.argv.slice(2);
const bookmarkFile = join(folder, "bookmark");
const journal = openSync(join(folder, "journal"), "a");
const note = (line) => writeSync(journal, `${line}\n`);

/** One bookmark, one file; written aside and renamed, so that a kill leaves a whole record. */
const store = {
  getItem() {
    try {
      return readFileSync(bookmarkFile, "utf8");
    } catch (error) {
      if (error.code === "ENOENT") return null;
      throw error;
    }
  },
  setItem(_, record) {
    writeFileSync(`${bookmarkFile}.new`, record);
    renameSync(`${bookmarkFile}.new`, bookmarkFile);
  },
  removeItem: () => rmSync(bookmarkFile, { force: true }),
};

note(`s ${store.getItem() ?? ""}`);

await sse(url, {
  bookmark: "deals",
  store,
  start: "earliest",
  decode: "json",
  retry: { min: 20, max: 200 },
  onEvent({ data: { number } }) {
    const done = () => note(`h ${number}`);
    // Some handlers take their time: a commit that does not wait for them shows in the journal.
    return number % 7 === 0 ? sleep(number % 4).then(done) : done();
  },
  onCommit: (position) => note(`c ${position}`),
  onGap: (gap) => note(`g ${gap.reason}`),
}).closed;
