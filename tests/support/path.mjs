// Programs on the PATH.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The first program of one of the names; `variable` is how to name another. */
export function findOnPath(names, variable) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here; the search goes on.
      }
    }
  }
  throw new Error(`none of ${names.join(", ")} found: \`npm run setup\` installs it, or ${variable} names one`);
}
