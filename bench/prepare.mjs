/** Makes ready what is measured. */
import { fileURLToPath } from "node:url";
import { build } from "../scripts/build.mjs";
import { npmPackages } from "../scripts/lib/npm.mjs";
import { setup } from "../scripts/setup.mjs";

/** The package, the peers, the browsers. */
export async function prepare() {
  const tools = await setup({ for: "test" });
  process.env.CHROME = tools.chrome;
  process.env.FIREFOX = tools.firefox;
  await build(tools);
  await installPeers();
}

/** Some ask for a newer Node than they need; npm only warns of that, and what they deliver is checked. */
export function installPeers() {
  return npmPackages(fileURLToPath(new URL(".", import.meta.url)));
}
