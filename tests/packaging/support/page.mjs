/** Visits with a page in Chromium; the bookmark is in the page's localStorage. */
import { openChromium } from "../../support/chromium.mjs";
import { serveFolder } from "./files.mjs";
import { keepsItsPlace } from "./two-visits.mjs";

/**
 * Opens `page` of the folder once per visit and checks that it keeps its place. Returns what
 * was downloaded, for the tests that look at it.
 */
export async function pageKeepsItsPlace(folder, page, { engine, headers }) {
  const files = await serveFolder(folder, headers);
  const browser = await openChromium();
  try {
    const context = await browser.newContext();
    const visit = async (url, until) => {
      const tab = await context.newPage();
      const errors = [];
      tab.on("pageerror", (error) => errors.push(error.message));
      await tab.goto(`${files.url}/${page}?${new URLSearchParams({ url, until })}`);
      const result = await tab
        .waitForFunction(() => globalThis.visited, undefined, { timeout: 20_000 })
        .then((handle) => handle.jsonValue())
        .catch((error) => {
          throw new Error(`${error.message}\nthe page's errors: ${errors.join("\n") || "none"}`);
        });
      await tab.close();
      return result;
    };
    await keepsItsPlace(visit, { engine });
    return files.paths;
  } finally {
    await browser.close();
    await files.close();
  }
}
