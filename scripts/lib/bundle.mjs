/**
 * Bundles src/js and the built core into dist/.
 *
 * The ES modules share one core.js, so that `brookmark` and `brookmark/slim` in one page are
 * the same library in the same state. Each CommonJS file stands alone, but for the JavaScript
 * engine, which all of them load where WebAssembly is refused, and the timetable.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./engine.mjs";
import { dist, root, target } from "./paths.mjs";
import { step } from "./stamps.mjs";

const js = (name) => join(root, "src", "js", name);
const emulators = join(root, "src", "emulators");

const ENTRIES = ["index", "workerd", "edge-light", "slim", "js-only", "fallback", "timetable"];
const COMMONJS_ENTRIES = ["index", "slim", "js-only", "fallback", "timetable"];
/** Entries that stand on the main one. */
const ON_TOP = ["parse", "connectors"];

export async function buildScripts() {
  await step(
    "scripts",
    {
      inputs: [
        ...[js(""), emulators, folder("wasm"), folder("plain")],
        ...["package.json", "package-lock.json", "scripts/lib/bundle.mjs"].map((name) => join(root, name)),
      ],
      outputs: ["core.js", "index.js", "index.cjs", "index.d.ts", "brookmark.wasm"].map((name) => join(dist, name)),
    },
    async () => {
      rmSync(dist, { recursive: true, force: true });
      mkdirSync(dist);
      await bundle("esm");
      await bundle("cjs");
      for (const format of ["esm", "cjs"]) {
        await bundleOnTop(format);
        await bundleEmulators(format);
      }
      copyFileSync(join(folder("wasm"), "engine.wasm"), join(dist, "brookmark.wasm"));
      copyFileSync(js("index.d.ts"), join(dist, "index.d.ts"));
      copyFileSync(js("index.d.ts"), join(dist, "index.d.cts"));
      for (const name of ON_TOP) {
        copyFileSync(js(`${name}.d.ts`), join(dist, `${name}.d.ts`));
        copyFileSync(js(`${name}.d.ts`), join(dist, `${name}.d.cts`));
      }
      writeFileSync(
        join(dist, "brookmark.wasm.d.ts"),
        "/** What the bundler makes of the file: give it to `init`. */\ndeclare const source: object;\nexport default source;\n",
      );
    },
  );
}

async function bundle(format) {
  /* Imported here, because this file is loaded before npm's packages are installed. */
  const { build } = await import("esbuild");
  const isCommonJs = format === "cjs";
  await build({
    entryPoints: (isCommonJs ? COMMONJS_ENTRIES : ENTRIES).map((name) => js(`${name}.js`)),
    outdir: dist,
    outExtension: isCommonJs ? { ".js": ".cjs" } : {},
    format,
    bundle: true,
    splitting: !isCommonJs,
    chunkNames: "core",
    minify: true,
    /* Feature tests for Node stay feature tests; nothing is taken from a platform. */
    platform: "neutral",
    target: "es2022",
    /* CommonJS test environments know `require` only. */
    supported: { "dynamic-import": !isCommonJs },
    sourcemap: true,
    external: ["*.wasm", "*.wasm?module"],
    alias: {
      "engine:glue": join(folder("wasm"), "glue.js"),
      "engine:payload": await writePayload({ deflated: !isCommonJs }),
      "plain:glue": join(folder("plain"), "glue.js"),
      "plain:engine": join(folder("plain"), "plain.js"),
    },
    define: {
      __VERSION__: JSON.stringify(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version),
      __DEFLATED__: String(!isCommonJs),
    },
    plugins: isCommonJs ? [{ name: "apart", setup: keepApart }] : [],
    logLevel: "warning",
  });
}

/** They import the package by its name: whichever build of it is right here, they share it. */
async function bundleOnTop(format) {
  const { build } = await import("esbuild");
  await build({
    entryPoints: ON_TOP.map((name) => js(`${name}.js`)),
    outdir: dist,
    outExtension: format === "cjs" ? { ".js": ".cjs" } : {},
    format,
    bundle: true,
    minify: true,
    platform: "neutral",
    target: "es2022",
    sourcemap: true,
    external: ["brookmark"],
    logLevel: "warning",
  });
}

/** One readable file each: they are for tests, and looked into there. */
async function bundleEmulators(format) {
  const { build } = await import("esbuild");
  const isCommonJs = format === "cjs";
  const names = readdirSync(emulators, { withFileTypes: true }).filter((entry) => entry.isFile());
  const those = (ending) => names.map(({ name }) => name).filter((name) => name.endsWith(ending));
  await build({
    entryPoints: those(".js").map((name) => join(emulators, name)),
    outdir: join(dist, "emulators"),
    outExtension: isCommonJs ? { ".js": ".cjs" } : {},
    format,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  for (const name of those(".d.ts")) {
    const out = isCommonJs ? name.replace(/\.ts$/, ".cts") : name;
    copyFileSync(join(emulators, name), join(dist, "emulators", out));
  }
}

/** Where the bundler does not split, the JavaScript engine and the timetable would be in every file. */
function keepApart(build) {
  build.onResolve({ filter: /\/(fallback|timetable)\.js$/ }, ({ kind, path }) =>
    kind === "dynamic-import" ? { path: path.replace(/\.js$/, ".cjs"), external: true } : undefined,
  );
}

/**
 * Writes the module that carries the wasm as text. Deflated before base64 it is much smaller
 * raw and still smaller compressed; CommonJS is not downloaded, and its test environments
 * often cannot inflate.
 */
async function writePayload({ deflated }) {
  const wasm = readFileSync(join(folder("wasm"), "engine.wasm"));
  const payload = deflated ? await deflate(wasm) : wasm;
  const file = join(target, "engine", deflated ? "payload-deflated.js" : "payload.js");
  writeFileSync(file, `export const payload = "${payload.toString("base64")}";\n`);
  return file;
}

/** By zopfli, which takes its time and needs 6 % fewer bytes than zlib at its best. */
async function deflate(bytes) {
  const { default: zopfli } = await import("@gfx/zopfli");
  return Buffer.from(await zopfli.deflateAsync(bytes, { numiterations: 15 }));
}
