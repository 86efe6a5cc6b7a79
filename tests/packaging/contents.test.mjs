/** What is in the packed package, and what is not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { installedFor, pack, root, run } from "./support/package.mjs";

const withMaps = (...names) => names.flatMap((name) => [name, `${name}.map`]);

/** What is loaded when it is needed. */
const LATE = ["poll-engine", "bayeux-engine", "fallback", "poll-fallback", "bayeux-fallback", "timetable"];

const MODULES = ["brookmark.wasm", "poll.wasm", "bayeux.wasm"];

const FILES = [
  ...withMaps("index.js", "workerd.js", "edge-light.js", "slim.js", "js-only.js"),
  ...withMaps("core-engine.js", "core.js", "poll.js", "bayeux.js"),
  ...LATE.flatMap((name) => withMaps(`${name}.js`, `${name}.cjs`)),
  ...withMaps("connectors.js", "connectors.cjs", "parse.js", "parse.cjs"),
  ...withMaps("index.cjs", "slim.cjs", "js-only.cjs"),
  ...["index.d.ts", "index.d.cts", "connectors.d.ts", "connectors.d.cts", "parse.d.ts", "parse.d.cts"],
  ...MODULES.flatMap((name) => [name, `${name}.d.ts`]),
  ...["firehose", "flowdock", "github-events", "hubspot", "salesforce", "sesam"].flatMap((name) => ["js", "cjs", "d.ts", "d.cts"].map((ending) => `emulators/${name}.${ending}`)),
].map((name) => `dist/${name}`);

const DOCUMENTS = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"];

test("holds exactly the files that are meant", async (t) => {
  const { folder } = await installedFor(t);
  const { files } = await pack(folder);
  assert.deepEqual(files, [...FILES, ...DOCUMENTS].sort());
});

test("has no dependencies and no install scripts", async (t) => {
  const { installed } = await installedFor(t);
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  for (const field of ["dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies"]) {
    assert.equal(manifest[field], undefined, field);
  }
  const atInstall = /^(pre|post)?install$|^(pre|post)?prepare$|^(pre|post)pack$|^prepublish/;
  assert.deepEqual(Object.keys(manifest.scripts).filter((name) => atInstall.test(name)), []);
});

test("has source maps that hold their sources", async (t) => {
  const { installed } = await installedFor(t);
  for (const name of FILES.filter((file) => file.endsWith(".map"))) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(installed, name), "utf8"));
    assert.equal(sourcesContent.length, sources.length, name);
    assert.ok(sourcesContent.every((text) => typeof text === "string"), name);
  }
});

test("names no folder of the machine it was built on", async (t) => {
  const { installed } = await installedFor(t);
  const homes = [root, process.env.HOME, "/usr/src/", "/rustc/"].filter(Boolean);
  for (const name of FILES) {
    const content = readFileSync(join(installed, name), "latin1");
    for (const home of homes) assert.ok(!content.includes(home), `${name} names ${home}`);
  }
});

test("satisfies publint", async (t) => {
  const { installed } = await installedFor(t);
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("resolves with its types under every rule of Node and of bundlers", async (t) => {
  const { tarball } = await installedFor(t);
  const attw = join(root, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
  const asked = ["--profile", "node16", "--exclude-entrypoints", ...MODULES];
  await run(process.execPath, [attw, tarball, ...asked]).catch((error) => {
    throw new Error(error.stdout || error.message);
  });
});
