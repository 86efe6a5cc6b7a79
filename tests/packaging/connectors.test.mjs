/** The packed package's connectors and emulators: in Node both ways, and bundled. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { installedFor, run } from "./support/package.mjs";

/** Consumes one message of an emulator, and looks whether the package is there only once. */
const USE = `
  async function use({ BrookmarkError, runtimeInfo }, { flowdock }, { flowdockEmulator }) {
    const emulator = await flowdockEmulator();
    const { streamUrl, apiUrl } = emulator;
    emulator.post("acme/main", "hello");
    const stream = flowdock({ token: "token", flows: ["acme/main"], start: "earliest", streamUrl, apiUrl });
    for await (const event of stream) {
      let isShared;
      try {
        flowdock({});
      } catch (error) {
        isShared = error instanceof BrookmarkError;
      }
      console.log(JSON.stringify([event.data.content, event.position, isShared, runtimeInfo().engine]));
      break;
    }
    await emulator.stop();
  }
`;
const IMPORTS = ["brookmark", "brookmark/connectors", "brookmark/emulators/flowdock"];
const BY_IMPORT = `${IMPORTS.map((name, n) => `import * as m${n} from "${name}";`).join("\n")}${USE}await use(m0, m1, m2);`;
const BY_REQUIRE = `${USE}use(${IMPORTS.map((name) => `require("${name}")`).join()});`;

const EXPECTED = ["hello", '{"acme:main":"1"}', true, "wasm"];

for (const [how, file, text] of [
  ["import", "app.mjs", BY_IMPORT],
  ["require()", "app.cjs", BY_REQUIRE],
]) {
  test(`the connector consumes the emulator by ${how}, on the same package`, async (t) => {
    const { folder } = await installedFor(t);
    writeFileSync(join(folder, file), text);
    assert.deepEqual(JSON.parse(await run(process.execPath, [file], { cwd: folder, timeout: 20_000 })), EXPECTED);
  });
}

test("a bundler finds the package from within the connectors, and takes it once", async (t) => {
  const { folder } = await installedFor(t);
  writeFileSync(join(folder, "app.mjs"), BY_IMPORT);
  const { warnings, metafile } = await build({
    entryPoints: [join(folder, "app.mjs")],
    outfile: join(folder, "bundled.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    metafile: true,
  });
  assert.deepEqual(warnings, []);
  assert.equal(Object.keys(metafile.inputs).filter((path) => path.endsWith("dist/core.js")).length, 1);
  assert.deepEqual(JSON.parse(await run(process.execPath, ["bundled.mjs"], { cwd: folder, timeout: 20_000 })), EXPECTED);
});
