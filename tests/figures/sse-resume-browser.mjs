// How many events a page loses, repeats and reorders over reloads, cuts and restarts.

import { resumeInBrowser } from "../resume/in-browser.mjs";

export default async function () {
  const { events, lost, repeated, disordered, reloads, cuts, restarts, kills } = await resumeInBrowser();
  return { events, lost, repeated, disordered, reloads, cuts, restarts, kills };
}
