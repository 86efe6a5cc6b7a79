/** The packed package's types in strict programs, its declaration files checked too. */
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { installedFor, root, run } from "./support/package.mjs";

const samples = fileURLToPath(new URL("./apps/types", import.meta.url));
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

const NODENEXT = { module: "nodenext", moduleResolution: "nodenext" };
const BUNDLER = { module: "esnext", moduleResolution: "bundler" };

for (const [title, files, settings] of [
  ["ESM and CommonJS by Node's rules, no platform", ["everywhere.mts", "everywhere.cts"], { ...NODENEXT, lib: ["es2022"] }],
  ["CommonJS by rules that know no exports, no platform", ["everywhere.cts"], { module: "commonjs", moduleResolution: "node10", lib: ["es2022"] }],
  ["ESM by a bundler's rules, no platform", ["everywhere.mts"], { ...BUNDLER, lib: ["es2022"] }],
  ["ESM by a bundler's rules, in a page", ["everywhere.mts", "page.mts"], { ...BUNDLER, lib: ["es2022", "dom", "dom.iterable"] }],
  ["ESM by Node's rules, in a page", ["everywhere.mts", "page.mts"], { ...NODENEXT, lib: ["es2022", "dom", "dom.iterable"] }],
  ["blocks that close what they have opened", ["disposable.mts"], { ...NODENEXT, lib: ["es2022", "esnext.disposable"] }],
]) {
  test(`the types compile: ${title}`, async (t) => {
    const { folder } = await installedFor(t);
    for (const file of files) cpSync(join(samples, file), join(folder, file));
    const compilerOptions = { target: "es2022", strict: true, skipLibCheck: false, noEmit: true, types: [], ...settings };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    await run(process.execPath, [tsc, "-p", folder]).catch((error) => {
      throw new Error(error.stdout || error.message);
    });
  });
}
