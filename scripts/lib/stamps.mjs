/** Skips build steps whose inputs are the same as last time. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root, target } from "./paths.mjs";
import { say } from "./run.mjs";

const file = join(target, "stamps.json");

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .sort();
}

function fingerprint(inputs, settings) {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const path of inputs.flatMap(filesUnder)) {
    hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}

function readStamps() {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/**
 * Does `work` unless the contents of `inputs` (files or folders), `settings` (any JSON) and
 * the existence of `outputs` say that it was done already.
 */
export async function step(name, { inputs, settings = null, outputs }, work) {
  const now = fingerprint(inputs, settings);
  if (readStamps()[name] === now && outputs.every((path) => existsSync(path))) return;
  say(`build: ${name} …`);
  const began = performance.now();
  await work();
  mkdirSync(target, { recursive: true });
  /* Inputs edited while the step ran must make it run again: the stamp is of before. */
  writeFileSync(file, JSON.stringify({ ...readStamps(), [name]: now }, null, 1));
  say(`build: ${name}: done in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
