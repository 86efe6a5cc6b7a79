// Headless Chromium: the one named by CHROME, or else the first on the PATH.

import { chromium } from "playwright-core";
import { findOnPath } from "./path.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Opens it with an empty profile; `args` go to it besides the usual ones, and those `without` do not. */
export function openChromium(args = [], without = []) {
  return chromium.launch({
    ignoreDefaultArgs: without,
    executablePath: process.env.CHROME || findOnPath(NAMES, "CHROME"),
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
