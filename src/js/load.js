/**
 * Loads the engine: the Rust core as WebAssembly, or the same core as plain JavaScript where
 * WebAssembly is missing or refused (a strict content security policy, some edge runtimes).
 *
 * Where the wasm comes from differs by entry file; that file says it with `provide`.
 */
import { makeGlue } from "engine:glue";
import { misuse, wordsOf } from "./errors.js";

/** The package's version. */
export const version = __VERSION__;

/** The empty module: whoever refuses this one refuses them all. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

let provider = null;
let loading = null;
let engine = null;

/**
 * Says where the wasm comes from: a function that gives a `WebAssembly.Module`, its bytes, or
 * null where the JavaScript build shall be used. May be async.
 */
export function provide(open) {
  provider = open;
}

/** The engine where it is loaded, else null. */
export function loaded() {
  return engine;
}

/**
 * The engine `{ glue, memory, kind }`: what wasm-bindgen exports, the linear memory, and
 * `"wasm"` or `"js"`. Loaded once; after a failure, the next call tries again.
 */
export function load() {
  return begin(async () => {
    if (!provider) throw new Error("brookmark/slim carries no wasm: call init(source) first");
    const own = await provider();
    if (own === null) return openFallback();
    try {
      return await openWasm(own);
    } catch (error) {
      /* These are our own bytes: a compile error is a refusal, or an engine too old for them. */
      if (isCompileError(error)) return openFallback();
      throw error;
    }
  });
}

/** As `load`, from the caller's own copy of the wasm where `source` is given. */
export async function init(source) {
  if (source === undefined) await load();
  else await begin(() => openSource(source));
}

function begin(open) {
  const opening = () => (typeof WebAssembly === "undefined" ? openFallback() : open());
  loading ??= opening().then(
    (opened) => (engine = opened),
    (error) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

async function openSource(source) {
  const wasm = await toWasm(await source);
  try {
    return await openWasm(wasm);
  } catch (error) {
    if (isCompileError(error) && (await refusesAll())) return openFallback();
    throw error;
  }
}

/** Takes the bytes out of a response. */
async function toWasm(source) {
  if (typeof source.arrayBuffer !== "function") return source;
  if (source.ok === false) throw new Error(`the response with the wasm has status ${source.status}`);
  return source.arrayBuffer();
}

async function openWasm(wasm) {
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
  const { imports, connect } = makeGlue();
  const { exports } = await WebAssembly.instantiate(module, imports);
  return made(connect(exports), "wasm");
}

/** The times of a cron expression, as `timetable.js` gives them. */
export async function openTimetable(expression) {
  const { timetable } = await import("./timetable.js");
  try {
    return timetable(expression);
  } catch (thrown) {
    throw misuse("bad-option", `rescan.cron cannot be followed: ${wordsOf(thrown)}`);
  }
}

async function openFallback() {
  const { open } = await import("./fallback.js");
  return made(open(), "js");
}

/** The engine, with the page on which it lays out tables for all streams. */
function made({ glue, memory }, kind) {
  return { glue, memory, kind, page: new glue.Page() };
}

/* A refusal by policy is a CompileError or, in WebKit, an EvalError. A LinkError never is one. */
function isCompileError(error) {
  return error instanceof WebAssembly.CompileError || error instanceof EvalError;
}

async function refusesAll() {
  try {
    await WebAssembly.compile(EMPTY);
    return false;
  } catch {
    return true;
  }
}
