/** Finds or installs the browsers that the tests use. */
import { installPackages } from "./debian.mjs";
import { Stop, which } from "./run.mjs";

/** The path of a Chromium; the environment variable CHROME overrides the search. */
export function chrome() {
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  return browser("Chromium", names, "chromium", "CHROME");
}

/** The path of a Firefox; the environment variable FIREFOX overrides the search. */
export function firefox() {
  return browser("Firefox", ["firefox-esr", "firefox"], "firefox-esr", "FIREFOX");
}

async function browser(title, names, debianPackage, variable) {
  const find = () => process.env[variable] || names.map((name) => which(name)).find(Boolean);
  if (!find()) await installPackages([debianPackage], `a ${title} for the browser tests`);
  const found = find();
  if (!found) throw new Stop(`No ${title} is on the PATH. Name one in the environment variable ${variable}.`);
  return found;
}
