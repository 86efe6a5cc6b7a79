import { openChromium } from "../../support/chromium.mjs";
import { pageFor } from "./page.mjs";

export default {
  name: "Chromium",
  clients: ["sse", "EventSource", "native"],
  /* The browser's own tests keep the rules here, several at once. */
  classes: [],
  async start(plan) {
    const browser = await openChromium();
    const page = await browser.newPage();
    const died = new Promise((_, reject) => {
      page.on("pageerror", reject).on("crash", () => reject(new Error("the page has crashed")));
    });
    await page.goto(pageFor(plan));
    return { died, close: () => browser.close() };
  },
};
