/** Makes ready: the package, the peers, the browser. */
import { fileURLToPath } from "node:url";
import { build } from "../scripts/build.mjs";
import { chrome } from "../scripts/lib/chrome.mjs";
import { npmPackages } from "../scripts/lib/npm.mjs";
import { setup } from "../scripts/setup.mjs";

/* Some peers ask for a newer Node than they need; npm only warns of that, and what they deliver is checked. */
export async function prepare() {
  await build(await setup({ for: "build" }));
  process.env.CHROME = await chrome();
  await npmPackages(fileURLToPath(new URL(".", import.meta.url)));
}
