// Headless Chromium: the one named by CHROME, or else the first on the PATH.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Opens it with an empty profile; `args` go to it besides the usual ones. */
export function openChromium(args = []) {
  return chromium.launch({
    executablePath: process.env.CHROME || findOnPath(),
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}

function findOnPath() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here; the search goes on.
      }
    }
  }
  throw new Error("no Chromium found: `npm run setup` installs it, or CHROME names one");
}
