/**
 * Builds dist/ from the Rust core and src/js. Steps whose inputs are unchanged are skipped.
 */
import { buildScripts } from "./lib/bundle.mjs";
import { buildEngines } from "./lib/engine.mjs";
import { isProgram, main, say } from "./lib/run.mjs";
import { setup } from "./setup.mjs";

/** @param tools what `setup` returned */
export async function build(tools) {
  await buildEngines(tools);
  await buildScripts();
}

if (isProgram(import.meta.url)) {
  await main(async () => {
    await build(await setup({ for: "build" }));
    say("build: dist/ is up to date");
  });
}
