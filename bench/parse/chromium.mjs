/** The contenders in a page of Chromium: a bundle, served on loopback. */
import { fileURLToPath } from "node:url";
import { openChromium } from "../../tests/support/chromium.mjs";
import { bundle } from "../lib/bundle.mjs";
import { servePage } from "../lib/page.mjs";

export async function openChromiumRuntime() {
  const script = await bundle(fileURLToPath(new URL("page.mjs", import.meta.url)));
  const server = await servePage(script);
  const browser = await openChromium(["--js-flags=--expose-gc"]);
  return {
    label: `Chromium ${browser.version().split(".")[0]}`,
    async measure(job) {
      const page = await browser.newPage();
      try {
        await page.goto(server.url);
        return await page.evaluate((job) => window.measureJob(job), job);
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
