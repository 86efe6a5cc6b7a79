/**
 * Measures one thing afresh on the built package: `npm run figures -- NAME`. The last line on
 * stdout is one JSON object. Without a name it lists the names.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { root } from "./lib/paths.mjs";
import { Stop, main } from "./lib/run.mjs";
import { setup } from "./setup.mjs";

const folder = join(root, "tests", "figures");

await main(async () => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -".mjs".length));
  const [name] = process.argv.slice(2);
  if (name === undefined) {
    console.log(names.join("\n"));
    return;
  }
  if (!names.includes(name)) throw new Stop(`There is no figure ${name}. There are: ${names.join(", ")}.`);

  const tools = await setup({ for: "test" });
  process.env.CHROME = tools.chrome;
  process.env.FIREFOX = tools.firefox;
  await build(tools);
  const { default: measure } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  console.log(JSON.stringify(await measure()));
});
