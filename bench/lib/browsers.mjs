/**
 * Pages of a browser with one script, served on loopback: `{ label, call(name, argument), close() }`, where `call`
 * gives what a function of the script gives in a page that is new.
 */
import { capture } from "../../scripts/lib/run.mjs";
import { openChromium } from "../../tests/support/chromium.mjs";
import { openFirefox } from "../../tests/support/firefox.mjs";
import { bundle } from "./bundle.mjs";
import { servePage } from "./page.mjs";

export const BROWSERS = ["chromium", "firefox"];

/** @param entry the module that the page's script is bundled from, whose functions are on `window` */
export async function openPages(browser, entry) {
  const script = await bundle(entry);
  return browser === "firefox" ? inFirefox(script) : inChromium(script);
}

async function inChromium(script) {
  const server = await servePage(script);
  const browser = await openChromium(["--js-flags=--expose-gc"]);
  return {
    label: `Chromium ${browser.version().split(".")[0]}`,
    async call(name, argument) {
      const page = await browser.newPage();
      try {
        await page.goto(server.url);
        return await page.evaluate(([name, argument]) => window[name](argument), [name, argument]);
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

/** There is no driver: the page asks its server for work, answers, and loads itself anew. */
async function inFirefox(script) {
  const asked = channel();
  const answered = channel();
  const server = await servePage(`${script}\n${WORKER}`, {
    "/work": async (request, response) => response.end(JSON.stringify(await asked.take())),
    "/answer": async (request, response) => {
      answered.put(JSON.parse(Buffer.concat(await request.toArray()).toString("utf8")));
      response.end();
    },
  });
  const browser = openFirefox(server.url);
  return {
    label: `Firefox ${capture(process.env.FIREFOX, ["--version"]).match(/\d+/)[0]}`,
    async call(name, argument) {
      asked.put({ name, argument });
      const { value, error } = await Promise.race([answered.take(), browser.died]);
      if (error) throw new Error(`in Firefox: ${error}`);
      return value;
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

const WORKER = `
const { name, argument } = await (await fetch("/work")).json();
const answer = await (async () => window[name](argument))().then(
  (value) => ({ value }),
  (error) => ({ error: error + " " + error?.stack }),
);
await fetch("/answer", { method: "POST", body: JSON.stringify(answer) });
location.reload();
`;

/** Values on their way from one who puts to one who waits. */
function channel() {
  const values = [];
  const waiting = [];
  return {
    put(value) {
      if (waiting.length > 0) waiting.shift()(value);
      else values.push(value);
    },
    take: () => (values.length > 0 ? Promise.resolve(values.shift()) : new Promise((resolve) => waiting.push(resolve))),
  };
}
