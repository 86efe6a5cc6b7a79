/** Finds or compiles the wasm-bindgen program in the version that the crate was locked to. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache, root } from "./paths.mjs";
import { Stop, capture, run, say, which } from "./run.mjs";

function lockedVersion() {
  let lock;
  try {
    lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  } catch {
    throw new Stop("Cargo.lock is missing: it says which wasm-bindgen is needed. It belongs to the checkout.");
  }
  const version = lock.match(/name = "wasm-bindgen"\r?\nversion = "([^"]+)"/)?.[1];
  if (!version) throw new Stop("Cargo.lock names no wasm-bindgen.");
  return version;
}

/** The path of the program. */
export async function wasmBindgen(toolchain) {
  const version = lockedVersion();
  const home = join(cache, `wasm-bindgen-${version}`);
  const find = () => which("wasm-bindgen", [join(home, "bin")]);
  const found = find();
  if (found) return found;

  const onPath = which("wasm-bindgen");
  if (onPath && capture(onPath, ["--version"])?.trim() === `wasm-bindgen ${version}`) return onPath;

  say(`setup: compiling the wasm-bindgen program ${version}, once for this user (about two minutes) …`);
  const build = join(cache, "build");
  const install = (...more) =>
    run(toolchain.cargo, ["install", "--version", `=${version}`, "--root", home, ...more, "wasm-bindgen-cli"], {
      env: { ...toolchain.env, CARGO_TARGET_DIR: build },
    });
  try {
    /* The author's lock file may name versions that a mirror does not offer. */
    await install("--locked").catch(() => {
      say("setup: … not possible with its own lock file; trying with the versions on offer …");
      return install();
    });
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
  return find();
}
