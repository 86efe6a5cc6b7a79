/** Finds or installs the browser that the tests drive. */
import { installPackages } from "./debian.mjs";
import { Stop, which } from "./run.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The path of a Chromium; the environment variable CHROME overrides the search. */
export async function chrome() {
  const find = () => process.env.CHROME || NAMES.map((name) => which(name)).find(Boolean);
  if (!find()) await installPackages(["chromium"], "a Chromium for the browser tests");
  const found = find();
  if (!found) throw new Stop("No Chromium is on the PATH. Name one in the environment variable CHROME.");
  return found;
}
