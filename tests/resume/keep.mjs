// What a client that is killed leaves behind: its bookmark and its journal, a file each.

import { openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** `{ store, note }` on files in the folder; the journal has its first line. */
export function keep(folder) {
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
  return { store, note };
}
