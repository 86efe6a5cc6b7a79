/**
 * Prints what a page downloads, for each part of the API and for everything: raw, gzip and brotli bytes, and what
 * takes the space.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { wasmName } from "./lib/bundle.mjs";
import { MODULES, withNames } from "./lib/engine.mjs";
import { dist, root } from "./lib/paths.mjs";
import { isProgram, main } from "./lib/run.mjs";
import { wasmParts } from "./lib/wasm-parts.mjs";
import { setup } from "./setup.mjs";

function measure(bytes) {
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
}

const add = (a, b) => ({ raw: a.raw + b.raw, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli });

/** What an application imports, the engine that it then loads, and what it is called here. */
const PAGES = {
  sse: { title: "sse()", imports: 'export { sse } from "brookmark";' },
  jsonStream: { title: "jsonStream()", imports: 'export { jsonStream } from "brookmark";' },
  EventSource: { title: "EventSource", imports: 'export { EventSource } from "brookmark";' },
  parse: { title: "createSseParser()", imports: 'export { createSseParser } from "brookmark/parse";' },
  poll: { title: "poll()", imports: 'export { poll } from "brookmark";', engines: ["poll"] },
  bayeux: { title: "bayeux()", imports: 'export { bayeux } from "brookmark";', engines: ["bayeux"] },
  connectors: { title: "all connectors", imports: 'export * from "brookmark/connectors";', engines: ["poll", "bayeux"] },
};

/** The files of an application that a bundler has made, those that are loaded with it and the engines that it uses. */
async function bundled({ imports, engines = [] }) {
  const { build } = await import("esbuild");
  const scratch = mkdtempSync(join(tmpdir(), "brookmark-size-"));
  try {
    const installed = join(scratch, "node_modules", "brookmark");
    mkdirSync(installed, { recursive: true });
    cpSync(join(root, "package.json"), join(installed, "package.json"));
    cpSync(dist, join(installed, "dist"), { recursive: true, filter: (path) => !path.endsWith(".map") });
    writeFileSync(join(scratch, "package.json"), '{ "private": true }\n');
    writeFileSync(join(scratch, "app.js"), imports);
    const { outputFiles, metafile } = await build({
      absWorkingDir: scratch,
      entryPoints: ["app.js"],
      outdir: "out",
      chunkNames: "[name]",
      bundle: true,
      minify: true,
      format: "esm",
      splitting: true,
      write: false,
      metafile: true,
    });
    const loaded = new Set(["out/app.js", ...engines.map((name) => `out/${name}-engine.js`)]);
    for (const path of loaded) {
      for (const { path: other, kind } of metafile.outputs[path].imports) if (kind === "import-statement") loaded.add(other);
    }
    const names = [...loaded].map((path) => basename(path));
    return outputFiles.filter(({ path }) => names.includes(basename(path))).map(({ contents }) => measure(contents));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The file and all that it imports statically, from dist/. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(dist, name), "utf8");
  for (const [, imported] of text.matchAll(/\b(?:from|import)\s*"\.\/([^"]+)"/g)) withImports(imported, seen);
  return seen;
}

/** What a page downloads that has no bundler and uses everything. */
const pageFiles = () => {
  const names = [...withImports("index.js"), "poll-engine.js", "bayeux-engine.js"];
  return names.map((name) => [name, measure(readFileSync(join(dist, name)))]);
};

/**
 * `{ raw, gzip, brotli }` of what a page downloads for everything, and under `pages` the same of one that a bundler has
 * made, by what it uses.
 */
export async function size() {
  const all = pageFiles()
    .map(([, bytes]) => bytes)
    .reduce(add);
  const pages = {};
  for (const [name, page] of Object.entries(PAGES)) pages[name] = (await bundled(page)).reduce(add);
  return { ...all, pages };
}

function row(name, { raw, gzip, brotli }) {
  const number = (value) => (value?.toLocaleString("en-US") ?? "").padStart(10);
  return `${name.padEnd(44)}${number(raw)}${number(gzip)}${number(brotli)}`.trimEnd();
}

/** What a module's bytes are, from the same build with its names left in. */
async function engineParts(name, tools) {
  const scratch = mkdtempSync(join(tmpdir(), "brookmark-size-"));
  try {
    return wasmParts(await withNames(name, scratch, tools));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (isProgram(import.meta.url)) {
  await main(async () => {
    const tools = await setup({ for: "build" });
    await build(tools);
    const heading = ["raw", "gzip -9", "brotli 11"].map((word) => word.padStart(10)).join("");
    const { pages, ...all } = await size();
    console.log(`${"What a page downloads that uses".padEnd(44)}${heading}`);
    for (const [name, bytes] of Object.entries(pages)) console.log(row(PAGES[name].title, bytes));
    console.log(`\n${"What it downloads for everything".padEnd(44)}${heading}`);
    for (const [name, bytes] of pageFiles()) console.log(row(`dist/${name}`, bytes));
    console.log(row("in all", all));
    console.log(`\n${"The engines as .wasm files".padEnd(44)}${heading}`);
    for (const name of MODULES) console.log(row(`dist/${wasmName(name)}`, measure(readFileSync(join(dist, wasmName(name))))));
    for (const name of MODULES) {
      console.log(`\nWhat the engine ${name} consists of, raw (inlined code counts where it was inlined)`);
      for (const [part, bytes] of await engineParts(name, tools)) if (bytes >= 1_000) console.log(row(part, { raw: bytes }));
    }
    console.log("\nOnly where WebAssembly is refused, in the place of an engine");
    for (const name of ["fallback.js", "poll-fallback.js", "bayeux-fallback.js"]) {
      console.log(row(`dist/${name}`, measure(readFileSync(join(dist, name)))));
    }
  });
}
