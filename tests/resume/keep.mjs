// What a client that is killed leaves behind: its bookmark and its journal, a file each.

import { openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** `{ store, note }` on files in the folder; the journal has its first line, with the record under `key`. */
export function keep(folder, key = "bookmark") {
  const fileOf = (key) => join(folder, key.endsWith("#ids") ? "ids" : "bookmark");
  const journal = openSync(join(folder, "journal"), "a");
  const note = (line) => writeSync(journal, `${line}\n`);

  /** One record, one file; written aside and renamed, so that a kill leaves a whole record. */
  const store = {
    getItem(key) {
      try {
        return readFileSync(fileOf(key), "utf8");
      } catch (error) {
        if (error.code === "ENOENT") return null;
        throw error;
      }
    },
    setItem(key, record) {
      writeFileSync(`${fileOf(key)}.new`, record);
      renameSync(`${fileOf(key)}.new`, fileOf(key));
    },
    removeItem: (key) => rmSync(fileOf(key), { force: true }),
  };

  note(`s ${store.getItem(key) ?? ""}`);
  return { store, note };
}
