/**
 * Compiles the Rust core, in three parts: what everybody gets, the same with polling, and Bayeux. Each becomes wasm, and
 * plain JavaScript for where WebAssembly is refused. Each build ends as a folder with
 *   glue.js     `makeGlue()`: wasm-bindgen's JavaScript for one instance, as
 *               `{ imports, connect(exports) }`; `connect` gives `{ glue, memory }`
 *   engine.wasm the module
 *   plain.js    `instantiate(imports)`: the module as JavaScript (fallback only)
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeBin, root, target } from "./paths.mjs";
import { Stop, run } from "./run.mjs";
import { step } from "./stamps.mjs";

const TARGET = "wasm32-unknown-unknown";

/**
 * What is inlined is what the code says is (`#[inline]`), as long as it is small, and what is called once. What the
 * compiler would choose by itself makes the module a fifth larger, and hardly faster.
 */
const INLINING = ["-inline-threshold=25", "-inlinehint-threshold=120"].map((argument) => `-Cllvm-args=${argument}`);

/** A panic stops the engine at once: messages of panics would make the whole an eighth larger. */
const COMMON = ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", ...INLINING];

/** For every engine of the last years. */
const WASM = { form: "wasm", codegen: ["-Ctarget-feature=+simd128"] };

/** Only what wasm2js can translate. */
const PLAIN = { form: "plain", codegen: ["-Ctarget-cpu=mvp"] };

/** What is built, with the crate's feature that is in it. */
export const VARIANTS = {
  core: { ...WASM, feature: "streams" },
  poll: { ...WASM, feature: "poll" },
  bayeux: { ...WASM, feature: "bayeux" },
  "core-plain": { ...PLAIN, feature: "streams" },
  "poll-plain": { ...PLAIN, feature: "poll" },
  "bayeux-plain": { ...PLAIN, feature: "bayeux" },
};

/** The names of those that are WebAssembly. */
export const MODULES = Object.keys(VARIANTS).filter((name) => VARIANTS[name].form === "wasm");

/** Builds all. The two forms have nothing in common, and are built side by side. */
export async function buildEngines(tools) {
  const chains = ["wasm", "plain"].map(async (form) => {
    for (const name of Object.keys(VARIANTS)) if (VARIANTS[name].form === form) await buildEngine(name, tools);
  });
  await Promise.all(chains);
}

/** How cargo is called for wasm: with the standard library compiled along. */
export const BUILD_STD = ["--target", TARGET, "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

export const folder = (variant) => join(target, "engine", variant);

/** Builds one variant of the core. */
async function buildEngine(variant, { wasm, wasmBindgen }) {
  const out = folder(variant);
  const flags = [...COMMON, ...VARIANTS[variant].codegen];
  await step(
    `engine ${variant}`,
    {
      inputs: inputs(),
      settings: [wasm.version, flags, featureFlags(variant)],
      outputs: [join(out, "glue.js"), join(out, VARIANTS[variant].form === "plain" ? "plain.js" : "engine.wasm")],
    },
    async () => {
      mkdirSync(out, { recursive: true });
      await compile(variant, flags, wasm);
      await bind(variant, out, wasmBindgen);
      writeGlue(out, await optimize(out));
      if (VARIANTS[variant].form === "plain") await translate(out);
    },
  );
}

/** All that the result depends on; package-lock.json says which binaryen. */
function inputs() {
  const rust = readdirSync(join(root, "src"), { recursive: true }).filter((name) => name.endsWith(".rs"));
  const others = ["Cargo.toml", "Cargo.lock", "package-lock.json", "scripts/lib/engine.mjs"];
  return [...rust.sort().map((name) => join(root, "src", name)), ...others.map((name) => join(root, name))];
}

const targetDir = (variant) => join(target, `wasm-${VARIANTS[variant].form}`);

/** As cargo takes them. */
export const featureFlags = (variant) => ["--no-default-features", "--features", VARIANTS[variant].feature];

const compiledFile = (variant) => join(targetDir(variant), `${variant}.wasm`);

async function compile(variant, flags, { cargo, env }) {
  const where = ["--target-dir", targetDir(variant)];
  await run(cargo, ["build", "--lib", "--release", "--locked", ...BUILD_STD, ...where, ...featureFlags(variant)], {
    cwd: root,
    env: { ...env, RUSTFLAGS: flags.join(" ") },
  });
  /* The next variant's would take its place. */
  copyFileSync(join(targetDir(variant), TARGET, "release", "brookmark.wasm"), compiledFile(variant));
}

/** Runs wasm-bindgen. Of its two scripts only the glue is used, which can be linked to anything. */
async function bind(variant, out, wasmBindgen) {
  await runBindgen(variant, out, wasmBindgen, ["--remove-name-section", "--remove-producers-section"]);
  checkImports(readFileSync(join(out, "brookmark_bg.wasm")));
}

function runBindgen(variant, out, wasmBindgen, more) {
  const how = ["--target", "bundler", "--no-typescript", "--out-dir", out, "--out-name", "brookmark"];
  return run(wasmBindgen, [compiledFile(variant), ...how, ...more]);
}

/** What was built once more, the names of its functions left in; `scratch` is a folder. */
export async function withNames(variant, scratch, { wasmBindgen }) {
  await runBindgen(variant, scratch, wasmBindgen, []);
  const named = join(scratch, "named.wasm");
  await run(nodeBin("wasm-opt"), [...PASSES, "--debuginfo", join(scratch, "brookmark_bg.wasm"), "-o", named], { quiet: true });
  return readFileSync(named);
}

/** Refuses a module that wants more than its glue, such as a C library's `env`. */
function checkImports(bytes) {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  const strange = imports.filter(({ module }) => module !== "./brookmark_bg.js");
  if (strange.length > 0) {
    throw new Stop(`The wasm imports what nobody provides: ${strange.map(({ module, name }) => `${module}.${name}`).join(", ")}`);
  }
}

/* What the compiler has left apart, wasm-opt would inline where it is called once. */
const PASSES = [
  "-O3",
  "--one-caller-inline-max-function-size=0",
  "--minify-imports-and-exports-and-modules",
  "--strip-target-features",
];

/**
 * Optimizes for size. wasm-opt reads from the module which features it may use (naming more
 * breaks engines); then nobody needs that list any more. The names between the module and its
 * glue become short: wasm-bindgen's are long, and their hashes do not compress. Returns them as
 * `{ imports: [[module, name, short], …], exports: [[name, short], …] }`.
 */
async function optimize(out) {
  const printed = await run(
    nodeBin("wasm-opt"),
    [...PASSES, join(out, "brookmark_bg.wasm"), "-o", join(out, "engine.wasm")],
    { quiet: true },
  );
  return JSON.parse(printed);
}

/**
 * Makes the glue notice that the memory has grown by comparing buffers. As generated it waits
 * for the old buffer to be detached; the memory of the plain JavaScript build never detaches
 * it, and all that is written after the first growth would be read from a dead copy.
 */
function compareBuffers(glue) {
  const compared = glue.replace(
    /if \((cached\w+Memory0) === null \|\| .*\) \{/g,
    "if ($1 === null || $1.buffer !== wasm.memory.buffer) {",
  );
  if (/byteLength === 0|\.detached/.test(compared)) {
    throw new Stop("wasm-bindgen's glue checks its views in a way that is not known: see compareBuffers.");
  }
  return compared;
}

/**
 * Makes a function of the glue. The stock module makes its text codecs when it is imported,
 * which fails where they are missing (jsdom), and it can serve one instance only.
 */
function writeGlue(out, names) {
  const glue = readFileSync(join(out, "brookmark_bg.js"), "utf8");
  const bytes = readFileSync(join(out, "engine.wasm"));
  const [{ module }] = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
  const imports = new Map(names.imports.map(([, name, short]) => [name, short]));
  const exports = new Map(names.exports);
  const start = exports.get("__wbindgen_start");

  const given = [];
  const body = compareBuffers(glue)
    .replace(/^export (function|class|const|let) (\w+)/gm, (_, kind, name) => {
      given.push(name);
      return `${kind} ${name}`;
    })
    .replace(/\bwasm\.(\w+)/g, (_, name) => `wasm.${exports.get(name) ?? name}`);
  if (/^(export|import)\b/m.test(body) || !given.includes("__wbg_set_wasm")) {
    throw new Stop("wasm-bindgen's glue has a form that is not known: see writeGlue.");
  }
  const api = given.filter((name) => !imports.has(name) && name !== "__wbg_set_wasm");

  writeFileSync(
    join(out, "glue.js"),
    `export function makeGlue() {
${body}
const imports = { ${module}: { ${[...imports].map(([name, short]) => `${short}: ${name}`).join(", ")} } };
function connect(exports) {
  wasm = exports;
  ${start ? `wasm.${start}();` : ""}
  return { glue: { ${api.join(", ")} }, memory: wasm.${exports.get("memory")} };
}
return { imports, connect };
}
`,
  );
}

/** Makes JavaScript of the module, as a function, so that each instance has its own memory. */
async function translate(out) {
  const raw = join(out, "wasm2js.js");
  await run(nodeBin("wasm2js"), ["-Oz", join(out, "engine.wasm"), "-o", raw]);
  const script = readFileSync(raw, "utf8");
  const body = script.replace(/^import .*$/gm, "").replace(/^var retasmFunc = [^]*$/m, "");
  if (/^(export|import)\b/m.test(body) || !/function asmFunc\(imports\)/.test(body)) {
    throw new Stop("wasm2js's output has a form that is not known: see translate.");
  }
  writeFileSync(join(out, "plain.js"), `export function instantiate(imports) {\n${body}\nreturn asmFunc(imports);\n}\n`);
}
