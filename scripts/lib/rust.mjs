/**
 * Finds the Rust toolchains: one for this machine (any), and one that can build for wasm.
 *
 * The wasm is always compiled together with the standard library, for the flags that only so
 * take hold everywhere (immediate abort, the plain MVP instruction set). That needs the
 * library's source, a recent rustc and a linker, but no prebuilt wasm target.
 */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { installPackages } from "./debian.mjs";
import { Stop, capture, pathFolders, run, say, which } from "./run.mjs";

/** The first release whose `-Cpanic=immediate-abort` exists. */
const OLDEST = [1, 92];

const DEBIAN = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/** The `bin` folder of rustup's active toolchain, or null. */
function rustupFolder() {
  const rustc = which("rustup") && capture("rustup", ["which", "rustc"]);
  return rustc ? dirname(rustc.trim()) : null;
}

/** Folders that may hold a real rustc: rustup's active toolchain, then PATH without rustup's proxies. */
function toolchainFolders() {
  const proxies = (folder) => existsSync(join(folder, "rustup"));
  return [rustupFolder(), ...pathFolders().filter((folder) => !proxies(folder)), "/usr/bin"].filter(Boolean);
}

/** The first toolchain that has cargo and rustc, and whatever else is asked for. */
function findToolchain(fits = () => true) {
  for (const bin of new Set(toolchainFolders())) {
    const cargo = which("cargo", [bin]);
    const rustc = which("rustc", [bin]);
    if (!cargo || !rustc) continue;
    const toolchain = { bin, cargo, rustc };
    if (fits(toolchain)) return toolchain;
  }
  return null;
}

/** Adds to a toolchain what building for wasm takes; false where something is missing. */
function equipForWasm(toolchain) {
  const about = capture(toolchain.rustc, ["-vV"]) ?? "";
  const release = about.match(/^release: (\d+)\.(\d+)/m)?.slice(1).map(Number);
  const host = about.match(/^host: (.+)$/m)?.[1];
  const recent = release && (release[0] - OLDEST[0] || release[1] - OLDEST[1]) >= 0;
  if (!recent) return false;

  const sysroot = capture(toolchain.rustc, ["--print", "sysroot"])?.trim() ?? "";
  const rustlib = join(sysroot, "lib", "rustlib");
  const linker = which("rust-lld", [join(rustlib, host, "bin")]) ?? findWasmLd();
  if (!existsSync(join(rustlib, "src", "rust", "library", "std", "Cargo.toml")) || !linker) return false;

  return Object.assign(toolchain, {
    version: about.split("\n")[0],
    /* Cargo must not take rustup's rustc from PATH, and `-Z` is refused outside a nightly. */
    env: {
      PATH: [toolchain.bin, process.env.PATH].join(":"),
      RUSTC: toolchain.rustc,
      RUSTC_BOOTSTRAP: "1",
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: linker,
    },
  });
}

/** The newest wasm linker on PATH; Debian puts the LLVM release behind the name. */
function findWasmLd() {
  const names = pathFolders().flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  const linkers = names.filter((name) => /^wasm-ld(-\d+)?$/.test(name));
  const release = (name) => Number(name.slice("wasm-ld-".length));
  return linkers.length > 0 ? which(linkers.sort((a, b) => release(b) - release(a))[0]) : null;
}

/** The toolchain for wasm; installs it where it is missing. */
export async function wasmToolchain() {
  const find = () => findToolchain(equipForWasm);
  const found = find();
  if (found) return found;

  if (rustupFolder()) {
    say("setup: asking rustup for the standard library's source …");
    /* Where rustup has no network this fails, quickly or by the timeout, and Debian has it. */
    await run("rustup", ["component", "add", "rust-src"], { quiet: true, timeout: 120_000 }).catch(() =>
      say("setup: … rustup cannot get it; trying Debian's packages"),
    );
    const byRustup = find();
    if (byRustup) return byRustup;
  }
  await installPackages(DEBIAN, "a Rust toolchain that can build for wasm");
  const byDebian = find();
  if (byDebian) return byDebian;
  throw new Stop(
    [
      `No Rust toolchain here can build for wasm. Needed: rustc ${OLDEST.join(".")} or newer with cargo, the source of`,
      "its standard library, and a wasm linker.",
      "To get them: `rustup update stable && rustup component add rust-src`,",
      `or the Debian packages ${DEBIAN.join(" ")}.`,
    ].join("\n"),
  );
}

/** The tools that the tests run besides, for the native and the wasm toolchain. */
export async function testToolchain(wasm) {
  const lacks = (bin, ...names) => names.filter((name) => !which(name, [bin]));
  const native = () => findToolchain(({ bin }) => lacks(bin, "cargo-fmt", "cargo-clippy", "rustdoc").length === 0);

  if (lacks(wasm.bin, "cargo-clippy").length > 0) await addClippy(wasm.bin);
  if (!native()) {
    const bin = rustupFolder();
    if (bin) await run("rustup", ["component", "add", "rustfmt", "clippy"], { quiet: true, timeout: 120_000 });
    else await installPackages(["rustfmt-web", "rust-web-clippy"], "rustfmt and clippy");
  }
  const found = native();
  if (!found) throw new Stop("rustfmt, clippy or rustdoc is missing from the Rust toolchain.");
  return { ...found, env: { PATH: [found.bin, process.env.PATH].join(":"), RUSTC: found.rustc } };
}

async function addClippy(bin) {
  if (bin === rustupFolder()) await run("rustup", ["component", "add", "clippy"], { quiet: true, timeout: 120_000 });
  else await installPackages(["rust-web-clippy"], "clippy");
}
