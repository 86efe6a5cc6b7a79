/**
 * The test suites, in the order in which they are worth running. Each gives
 * `{ passed, failed, skipped }`.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "../build.mjs";
import { BUILD_STD, MODULES, featureFlags } from "./engine.mjs";
import { root, target } from "./paths.mjs";
import { Stop, run } from "./run.mjs";

const MINUTE = 60_000;

/* Nothing takes nearly as long; what hangs must not hold up the rest for ever. */
const CARGO_TIMEOUT = 30 * MINUTE;
const FILE_TIMEOUT = 5 * MINUTE;
const RESUME_TIMEOUT = 20 * MINUTE;

export const SUITES = {
  format: (tools) => one(() => cargo(tools.native, ["fmt", "--check"])),
  clippy: (tools) => one(() => cargo(tools.native, ["clippy", "--all-targets", "--locked", "--", "-D", "warnings"])),
  "clippy-wasm": (tools) => one(() => clippyWasm(tools.wasm)),
  doc: (tools) =>
    one(() => cargo(tools.native, ["doc", "--no-deps", "--locked"], { RUSTDOCFLAGS: "-D warnings" })),
  rust: (tools) => rustTests(tools.native),
  build: (tools) => one(() => build(tools)),
  js: () => nodeTests("js"),
  conformance: () => nodeTests("conformance"),
  packaging: () => nodeTests("packaging"),
  browser: () => nodeTests("browser"),
  resume: () => nodeTests("resume", RESUME_TIMEOUT),
};

/** Counts a piece of work as one test. */
async function one(work) {
  await work();
  return { passed: 1, failed: 0, skipped: 0 };
}

function cargo(toolchain, args, env) {
  return run(toolchain.cargo, args, { cwd: root, env: { ...toolchain.env, ...env }, timeout: CARGO_TIMEOUT });
}

async function clippyWasm(toolchain) {
  const where = ["--target-dir", join(target, "wasm-clippy")];
  for (const name of MODULES) {
    await cargo(toolchain, ["clippy", "--lib", "--locked", ...BUILD_STD, ...where, ...featureFlags(name), "--", "-D", "warnings"]);
  }
}

async function rustTests(toolchain) {
  const { printed, error } = await outcome(cargo(toolchain, ["test", "--locked", "--no-fail-fast"]));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of printed.matchAll(
    /^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored);
  }
  return settle(counts, error);
}

/**
 * Runs Node's test runner on the folder, file after file: the machine's cores are for what a
 * test starts. `timeout` is for one file.
 */
async function nodeTests(name, timeout = FILE_TIMEOUT) {
  const files = testFiles(join("tests", name));
  if (files.length === 0) throw new Stop(`no test files in tests/${name}`);
  mkdirSync(target, { recursive: true });
  const tap = join(target, `${name}.tap`);
  rmSync(tap, { force: true });
  const options = [
    ...["--test", "--test-concurrency=1", `--test-timeout=${timeout}`],
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...["--test-reporter=tap", `--test-reporter-destination=${tap}`],
  ];
  const { error } = await outcome(run(process.execPath, [...options, ...files], { cwd: root }));
  const summary = existsSync(tap) ? readFileSync(tap, "utf8") : "";
  const count = (word) => Number(summary.match(new RegExp(`^# ${word} (\\d+)$`, "m"))?.[1] ?? 0);
  const counts = {
    passed: count("pass"),
    failed: count("fail") + count("cancelled"),
    skipped: count("skipped") + count("todo"),
  };
  return settle(counts, error);
}

function testFiles(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(".test.mjs"))
    .sort()
    .map((name) => join(folder, name));
}

async function outcome(running) {
  try {
    return { printed: await running, error: null };
  } catch (error) {
    return { printed: error.printed ?? "", error };
  }
}

/** A run that failed without a failed test did not get as far as its tests. */
function settle(counts, error) {
  if (error && counts.failed === 0) throw error;
  if (counts.passed + counts.failed === 0) throw new Stop("no test ran");
  return counts;
}
