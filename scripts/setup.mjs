/**
 * Finds or installs what building and testing need. Quick where all is there. It runs before
 * anything is installed, so it may import nothing but Node's own modules and its neighbours.
 */
import { join } from "node:path";
import { wasmBindgen } from "./lib/bindgen.mjs";
import { chrome, firefox } from "./lib/browsers.mjs";
import { npmPackages } from "./lib/npm.mjs";
import { root } from "./lib/paths.mjs";
import { python } from "./lib/python.mjs";
import { Stop, isProgram, main, say } from "./lib/run.mjs";
import { testToolchain, wasmToolchain } from "./lib/rust.mjs";

const OLDEST_NODE = [20, 19];

/**
 * @param {{ for: "build" | "test" }} options what will be done: tests need more
 * @returns the tools: `wasm` and, for tests, `native` (`{ cargo, env }` each),
 *   `wasmBindgen` and, for tests, `chrome`, `firefox` and `python` (paths)
 */
export async function setup({ for: purpose }) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if ((major - OLDEST_NODE[0] || minor - OLDEST_NODE[1]) < 0) {
    throw new Stop(`Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`);
  }
  await npmPackages();
  const wasm = await wasmToolchain();
  const tools = { wasm, wasmBindgen: await wasmBindgen(wasm) };
  if (purpose === "test") {
    await npmPackages(join(root, "tests", "peers"));
    tools.python = await python();
    tools.native = await testToolchain(wasm);
    tools.chrome = await chrome();
    tools.firefox = await firefox();
  }
  return tools;
}

if (isProgram(import.meta.url)) {
  await main(async () => {
    const { wasm, wasmBindgen, native, chrome, firefox, python } = await setup({ for: "test" });
    say(`setup: wasm by ${wasm.version} (${wasm.cargo})`);
    say(`setup: native by ${native.cargo}`);
    say(`setup: ${wasmBindgen}`);
    say(`setup: ${chrome}`);
    say(`setup: ${firefox}`);
    say(`setup: ${python}`);
    say("setup: everything is there");
  });
}
