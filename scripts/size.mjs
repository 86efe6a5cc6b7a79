/**
 * Prints what a page downloads for everything: raw, gzip and brotli bytes, and what takes
 * the space.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "./build.mjs";
import { folder, withNames } from "./lib/engine.mjs";
import { dist } from "./lib/paths.mjs";
import { isProgram, main } from "./lib/run.mjs";
import { wasmParts } from "./lib/wasm-parts.mjs";
import { setup } from "./setup.mjs";

function measure(bytes) {
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };
}

const add = (a, b) => ({ raw: a.raw + b.raw, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli });

/** The file and all that it imports statically, from dist/. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(dist, name), "utf8");
  for (const [, imported] of text.matchAll(/\b(?:from|import)\s*"\.\/([^"]+)"/g)) withImports(imported, seen);
  return seen;
}

const pageFiles = () => [...withImports("index.js")].map((name) => [name, measure(readFileSync(join(dist, name)))]);

/** `{ raw, gzip, brotli }` of what a page downloads for everything. */
export function size() {
  return pageFiles()
    .map(([, bytes]) => bytes)
    .reduce(add);
}

function row(name, { raw, gzip, brotli }) {
  const number = (value) => (value?.toLocaleString("en-US") ?? "").padStart(10);
  return `${name.padEnd(44)}${number(raw)}${number(gzip)}${number(brotli)}`.trimEnd();
}

/** The parts, each compressed on its own, so they add up to a little more than the whole. */
async function parts() {
  const { transform } = await import("esbuild");
  const wasm = measure(readFileSync(join(dist, "brookmark.wasm")));
  const glueText = readFileSync(join(folder("wasm"), "glue.js"), "utf8");
  const glue = measure(Buffer.from((await transform(glueText, { minify: true, format: "esm" })).code));
  const [index, core] = ["index.js", "core.js"].map((name) => measure(readFileSync(join(dist, name))));
  const rest = Object.fromEntries(Object.keys(core).map((key) => [key, core[key] - glue[key]]));
  return [
    ["the Rust core as a .wasm file", wasm],
    ["  the same as text inside index.js", index],
    ["wasm-bindgen's glue (part of core.js)", glue],
    ["the JavaScript API (the rest of core.js)", rest],
  ];
}

/** What the core's bytes are, from the same build with its names left in. */
async function coreParts(tools) {
  const scratch = mkdtempSync(join(tmpdir(), "brookmark-size-"));
  try {
    return wasmParts(await withNames(scratch, tools));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (isProgram(import.meta.url)) {
  await main(async () => {
    const tools = await setup({ for: "build" });
    await build(tools);
    const heading = `${"bytes".padEnd(44)}${["raw", "gzip -9", "brotli 11"].map((word) => word.padStart(10)).join("")}`;
    console.log(`What a page downloads for everything\n${heading}`);
    for (const [name, bytes] of pageFiles()) console.log(row(`dist/${name}`, bytes));
    console.log(row("in all", size()));
    console.log("\nWhat takes the space");
    for (const [name, bytes] of await parts()) console.log(row(name, bytes));
    console.log("\nWhat the Rust core consists of, raw (inlined code counts where it was inlined)");
    for (const [name, bytes] of await coreParts(tools)) if (bytes >= 100) console.log(row(name, { raw: bytes }));
    console.log("\nOnly where WebAssembly is refused, besides");
    console.log(row("dist/fallback.js", measure(readFileSync(join(dist, "fallback.js")))));
  });
}
