/**
 * Bundles src/js and the built engines into dist/.
 *
 * The ES modules share core.js, poll.js and bayeux.js, so that `brookmark` and `brookmark/slim` in one page are
 * the same library in the same state, and so that a bundler takes of them what an application imports. Each CommonJS
 * file stands alone, but for what is loaded when it is needed: engines and the timetable.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MODULES, VARIANTS, folder } from "./engine.mjs";
import { dist, root, target } from "./paths.mjs";
import { Stop } from "./run.mjs";
import { step } from "./stamps.mjs";

const js = (name) => join(root, "src", "js", name);
const emulators = join(root, "src", "emulators");

/** What the entries load when it is needed. */
const LATE = ["poll-engine", "bayeux-engine", "fallback", "poll-fallback", "bayeux-fallback", "timetable"];
const ENTRIES = ["index", "workerd", "edge-light", "slim", "js-only", ...LATE];
const COMMONJS_ENTRIES = ["index", "slim", "js-only", ...LATE];
/** What the entries have in common, apart for who uses only some of it. */
const SHARED = ["core-engine", "core", "poll", "bayeux"];
/** Entries that stand on the main one. */
const ON_TOP = ["parse", "connectors"];

export async function buildScripts() {
  await step(
    "scripts",
    {
      inputs: [
        ...[js(""), emulators, ...Object.keys(VARIANTS).map(folder)],
        ...["package.json", "package-lock.json", "scripts/lib/bundle.mjs"].map((name) => join(root, name)),
      ],
      outputs: ["core.js", "index.js", "index.cjs", "index.d.ts", ...MODULES.map(wasmName)].map((name) => join(dist, name)),
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
      copyFileSync(js("index.d.ts"), join(dist, "index.d.ts"));
      copyFileSync(js("index.d.ts"), join(dist, "index.d.cts"));
      for (const name of ON_TOP) {
        copyFileSync(js(`${name}.d.ts`), join(dist, `${name}.d.ts`));
        copyFileSync(js(`${name}.d.ts`), join(dist, `${name}.d.cts`));
      }
      for (const name of MODULES) {
        copyFileSync(join(folder(name), "engine.wasm"), join(dist, wasmName(name)));
        writeFileSync(
          join(dist, `${wasmName(name)}.d.ts`),
          "/** What the bundler makes of the file: give it to `init`. */\ndeclare const source: object;\nexport default source;\n",
        );
      }
    },
  );
}

/** What a module is called in dist/. The core has the package's name. */
export const wasmName = (name) => `${name === "core" ? "brookmark" : name}.wasm`;

async function bundle(format) {
  /* Imported here, because this file is loaded before npm's packages are installed. */
  const { build } = await import("esbuild");
  const isCommonJs = format === "cjs";
  const entries = isCommonJs ? COMMONJS_ENTRIES : [...ENTRIES, ...SHARED.map((name) => `shared:${name}`)];
  const { outputFiles, metafile } = await build({
    entryPoints: entries.map((name) => (name.startsWith("shared:") ? name : js(`${name}.js`))),
    outdir: dist,
    outbase: js(""),
    outExtension: isCommonJs ? { ".js": ".cjs" } : {},
    format,
    bundle: true,
    splitting: !isCommonJs,
    chunkNames: "chunk-[hash]",
    write: false,
    metafile: true,
    minify: true,
    /* Feature tests for Node stay feature tests; nothing is taken from a platform. */
    platform: "neutral",
    target: "es2022",
    /* CommonJS test environments know `require` only. */
    supported: { "dynamic-import": !isCommonJs },
    sourcemap: true,
    external: ["*.wasm", "*.wasm?module"],
    alias: {
      ...(await engineAliases({ deflated: !isCommonJs })),
    },
    define: {
      __VERSION__: JSON.stringify(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version),
      __DEFLATED__: String(!isCommonJs),
    },
    plugins: [isCommonJs ? { name: "apart", setup: keepApart } : { name: "shared", setup: share }],
    logLevel: "warning",
  });
  for (const { path, text } of isCommonJs ? outputFiles : named(outputFiles, metafile)) writeFileSync(path, text);
}

/** Where the imports of engines lead. */
async function engineAliases(how) {
  const aliases = {};
  for (const name of Object.keys(VARIANTS)) aliases[`${name}:glue`] = join(folder(name), "glue.js");
  for (const name of MODULES) {
    aliases[`${name}:payload`] = await writePayload(name, how);
    aliases[`${name}-plain:engine`] = join(folder(`${name}-plain`), "plain.js");
  }
  return aliases;
}

/**
 * Makes esbuild cut what the entries have in common: it puts into one file what the same entries need, so for each part there
 * is one that needs that part and the core.
 */
function share(build) {
  build.onResolve({ filter: /^shared:/ }, ({ path }) => ({ path: path.replace("shared:", ""), namespace: "shared" }));
  build.onLoad({ filter: /./, namespace: "shared" }, ({ path }) => {
    const contents = [...new Set(["core", path])].map((name) => `export * from "./${name}.js";`).join("\n");
    return { contents, resolveDir: js("") };
  });
}

/** The files of a build without those entries, and with the shared files named for what is in them. */
function named(files, { outputs }) {
  const names = new Map();
  const unwanted = new Set();
  for (const [path, { inputs, entryPoint }] of Object.entries(outputs)) {
    const name = basename(path);
    if (entryPoint?.startsWith("shared:")) unwanted.add(name).add(`${name}.map`);
    if (!name.startsWith("chunk-") || name.endsWith(".map")) continue;
    const part = SHARED.find((part) => Object.keys(inputs).includes(`src/js/${part}.js`));
    if (!part || [...names.values()].includes(part)) throw new Stop(`esbuild has made a file that is none of ${SHARED}: see share.`);
    names.set(name.replace(/\.js$/, ""), part);
  }
  if (names.size !== SHARED.length) throw new Stop(`esbuild has not made ${SHARED}: see share.`);
  const renamed = (text) => text.replace(/\bchunk-[A-Z0-9]{8}\b/g, (name) => names.get(name) ?? name);
  return files
    .filter(({ path }) => !unwanted.has(basename(path)))
    .map(({ path, text }) => ({ path: renamed(path), text: path.endsWith(".js") ? renamed(text) : text }));
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

/** Where the bundler does not split, what is loaded late would be in every file. */
function keepApart(build) {
  build.onResolve({ filter: new RegExp(`/(${LATE.join("|")})\\.js$`) }, ({ kind, path }) =>
    kind === "dynamic-import" ? { path: path.replace(/\.js$/, ".cjs"), external: true } : undefined,
  );
}

/**
 * Writes the module that carries the wasm as text. Deflated before base64 it is much smaller
 * raw and still smaller compressed; CommonJS is not downloaded, and its test environments
 * often cannot inflate.
 */
async function writePayload(name, { deflated }) {
  const wasm = readFileSync(join(folder(name), "engine.wasm"));
  const payload = deflated ? await deflate(wasm) : wasm;
  const file = join(target, "engine", `${name}-${deflated ? "deflated" : "payload"}.js`);
  writeFileSync(file, `export const payload = "${payload.toString("base64")}";\n`);
  return file;
}

/** By zopfli, which takes its time and needs 6 % fewer bytes than zlib at its best. */
async function deflate(bytes) {
  const { default: zopfli } = await import("@gfx/zopfli");
  return Buffer.from(await zopfli.deflateAsync(bytes, { numiterations: 15 }));
}
