/** Pages of Chromium with one script, served on loopback. */
import { openChromium } from "../../tests/support/chromium.mjs";
import { bundle } from "./bundle.mjs";
import { servePage } from "./page.mjs";

/** @param entry the module that the page's script is bundled from */
export async function openPages(entry) {
  const server = await servePage(await bundle(entry));
  const browser = await openChromium(["--js-flags=--expose-gc"]);
  return {
    label: `Chromium ${browser.version().split(".")[0]}`,
    /** What a function gives in a page that is new. */
    async evaluate(work, argument) {
      const page = await browser.newPage();
      try {
        await page.goto(server.url);
        return await page.evaluate(work, argument);
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
