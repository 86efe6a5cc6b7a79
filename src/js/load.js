/**
 * Loads the engines: the Rust core as WebAssembly, or the same core as plain JavaScript where
 * WebAssembly is missing or refused (a strict content security policy, some edge runtimes).
 *
 * There are three, so that nobody loads what he does not use: `core` for streams of bytes, `poll` for these and for
 * what is polled, `bayeux` for what the channels of a Bayeux server share.
 *
 * Where the wasm comes from differs by entry file; that file says it with `provide`.
 */
import { makeGlue } from "core:glue";
import { misuse } from "./errors.js";
import { unpack } from "./unpack.js";

/** The package's version. */
export const version = __VERSION__;

/** The empty module: whoever refuses this one refuses them all. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** Of each engine, where its wasm comes from, and once it is wanted a promise for it, then the engine itself. */
const engines = {
  core: { provider: null, loading: null, engine: null },
  poll: { provider: null, loading: null, engine: null },
  bayeux: { provider: null, loading: null, engine: null },
};

/** The core's form. That of another engine stands beside what needs it, so that a bundler takes both or none. */
const CORE = { makeGlue, openFallback: async () => (await import("./fallback.js")).open() };

/**
 * Says where the wasm comes from, unless that was said before: a function that gives a `WebAssembly.Module`, its bytes,
 * these as text, or null where the JavaScript build shall be used. May be async.
 */
export function provide(name, open) {
  engines[name].provider ??= open;
}

/** An engine for streams of bytes where one is loaded, else null. */
export function loaded() {
  return engines.core.engine ?? engines.poll.engine;
}

/** `"wasm"`, `"js"`, or null where no engine is loaded. */
export function loadedKind() {
  return Object.values(engines).find(({ engine }) => engine)?.engine.kind ?? null;
}

/**
 * An engine `{ glue, memory, kind, page }`: what wasm-bindgen exports, the linear memory, `"wasm"` or
 * `"js"`, and the page on which tables of events are laid out, where there are any. Loaded once; after a failure, the
 * next call tries again.
 * @param form `makeGlue`, and `openFallback` for the engine as plain JavaScript
 */
export function load(name = "core", form = CORE) {
  const own = engines[name];
  /* Whoever polls has all that the core has. */
  if (name === "core" && !own.loading && engines.poll.engine) return engines.poll.loading;
  own.loading ??= open(name, form).then(
    (opened) => (own.engine = opened),
    (error) => {
      own.loading = null;
      throw error;
    },
  );
  return own.loading;
}

/** Loads the core now. Where `source` is given, that is the wasm, of the core or of the engine that is named. */
export async function init(source, name = "core") {
  const own = Object.hasOwn(engines, name) ? engines[name] : null;
  if (!own) throw misuse("bad-option", `init knows no engine of that name, only ${Object.keys(engines).join(", ")}`);
  if (source !== undefined && !own.loading) {
    const before = own.provider;
    const wasm = openSource(source);
    /* At once, so that a stream that is made now waits for it. */
    own.provider = () => wasm;
    try {
      await wasm;
    } catch (error) {
      own.provider = before;
      throw error;
    }
  }
  if (name === "core") await load();
}

async function open(name, { makeGlue, openFallback }) {
  const fall = async () => made(await openFallback(), "js");
  if (typeof WebAssembly === "undefined") return fall();
  const { provider } = engines[name];
  if (!provider) {
    const what = name === "core" ? "source" : `source, "${name}"`;
    throw new Error(`brookmark/slim carries no wasm: call init(${what}) first`);
  }
  const given = await provider();
  const wasm = typeof given === "string" ? await unpack(given) : given;
  if (wasm === null) return fall();
  try {
    return await openWasm(wasm, makeGlue);
  } catch (error) {
    /* These are our own bytes: a compile error is a refusal, or an engine too old for them. */
    if (isCompileError(error)) return fall();
    throw error;
  }
}

/** The caller's own copy of the wasm, compiled; null where there is no WebAssembly. */
async function openSource(source) {
  const wasm = await toWasm(await source);
  if (typeof WebAssembly === "undefined") return null;
  try {
    return await compile(wasm);
  } catch (error) {
    if (isCompileError(error) && (await refusesAll())) return null;
    throw error;
  }
}

/** Takes the bytes out of a response. */
async function toWasm(source) {
  if (typeof source.arrayBuffer !== "function") return source;
  if (source.ok === false) throw new Error(`the response with the wasm has status ${source.status}`);
  return source.arrayBuffer();
}

async function openWasm(wasm, makeGlue) {
  const { imports, connect } = makeGlue();
  const { exports } = await WebAssembly.instantiate(await compile(wasm), imports);
  return made(connect(exports), "wasm");
}

async function compile(wasm) {
  return wasm instanceof WebAssembly.Module ? wasm : WebAssembly.compile(wasm);
}

/** The engine, with the page on which it lays out tables for all streams. */
function made({ glue, memory }, kind) {
  return { glue, memory, kind, page: glue.Page && new glue.Page() };
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
