/** Who uses only some of the packed package loads only that; and what is loaded late works in each form of the package. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as esbuild from "esbuild";
import * as vite from "vite";
import { openChromium } from "../support/chromium.mjs";
import { serveFolder } from "./support/files.mjs";
import { installedFor, run } from "./support/package.mjs";

/** Words of the JavaScript that belongs to a part, and to nothing else. The core's is in each. */
const WORDS = { poll: "rescan says neither every nor cron", bayeux: "channel-taken" };

const PARTS = ["core", "poll", "bayeux"];

/** An application that needs `sse` alone, or other things too. */
const appOf = (from, ...names) => `import { ${names.join(", ")} } from "${from}";\nglobalThis.used = [${names.join(", ")}];\n`;

/** Which parts the text has, by their words and by the beginnings of their wasm. */
function partsOf(text, installed) {
  return PARTS.filter((part) => {
    const [, payload] = readFileSync(join(installed, "dist", `${part}-engine.js`), "utf8").match(/"([\w+/=]{1000})/);
    return text.includes(payload) || text.includes(WORDS[part] ?? payload);
  });
}

async function byEsbuild(folder, splitting) {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ["app.mjs"],
    outdir: "out",
    bundle: true,
    minify: true,
    format: "esm",
    splitting,
    write: false,
    metafile: true,
  });
  const first = "out/app.js";
  const loaded = new Set([first]);
  for (const path of loaded) {
    for (const { path: other, kind } of metafile.outputs[path].imports) if (kind === "import-statement") loaded.add(other);
  }
  return outputFiles.filter(({ path }) => [...loaded].some((name) => path.endsWith(name))).map(({ text }) => text);
}

async function byVite(folder) {
  const { output } = await vite.build({
    root: folder,
    configFile: false,
    logLevel: "error",
    build: { write: false, rolldownOptions: { input: join(folder, "app.mjs") } },
  });
  const chunks = new Map(output.filter(({ type }) => type === "chunk").map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set([...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const name of loaded) for (const other of chunks.get(name).imports) loaded.add(other);
  return [...loaded].map((name) => chunks.get(name).code);
}

test("an application has in it what it imports, and no more", async (t) => {
  const { folder, installed } = await installedFor(t);
  for (const [how, bundle] of [
    ["esbuild in one file", (folder) => byEsbuild(folder, false)],
    ["esbuild with splitting", (folder) => byEsbuild(folder, true)],
    ["Vite", byVite],
  ]) {
    await t.test(how, async () => {
      const bundledFrom = async (from, ...names) => {
        writeFileSync(join(folder, "app.mjs"), appOf(from, ...names));
        return partsOf((await bundle(folder)).join("\n"), installed);
      };
      const bundled = (...names) => bundledFrom("brookmark", ...names);
      assert.deepEqual(await bundled("sse"), ["core"]);
      assert.deepEqual(await bundled("EventSource", "jsonStream", "createSseParser", "init"), ["core"]);
      assert.deepEqual(await bundled("poll", "BrookmarkError", "memoryStore"), ["poll"]);
      assert.deepEqual(await bundled("bayeux"), ["core", "bayeux"]);
      const connected = (...names) => bundledFrom("brookmark/connectors", ...names);
      assert.deepEqual(await connected("githubEvents", "firehose", "hubspot"), ["poll"]);
      assert.deepEqual(await connected("flowdock"), ["core"]);
      assert.deepEqual(await connected("salesforce", "oauth"), ["core", "bayeux"]);
      assert.deepEqual(await connected("pullHandler", "oauth", "salesforcePayload"), []);
    });
  }
});

/** Has an item from a polled source, and an event from a Bayeux channel. */
const USE = `
  async function use({ bayeux, poll, runtimeInfo }, { salesforceEmulator }, { createServer }) {
    const server = createServer((request, response) => response.setHeader("content-type", "application/json").end('[{"at":7}]'));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = "http://127.0.0.1:" + server.address().port + "/rows";
    const told = [];
    for await (const { data } of poll(url, { position: { item: "/at", kind: "decimal" }, resume: { query: "since" } })) {
      told.push(data.at);
      break;
    }
    server.close();
    server.closeAllConnections();

    const org = await salesforceEmulator();
    const { accessToken, instanceUrl } = org.login();
    org.publish("/event/Order__e", { Number__c: 8 });
    const client = bayeux(instanceUrl + "/cometd/61.0", { auth: accessToken });
    for await (const { data } of client.subscribe("/event/Order__e", { replay: -2 })) {
      told.push(data.payload.Number__c);
      break;
    }
    await client.close();
    await org.stop();
    console.log(JSON.stringify([...told, runtimeInfo().engine]));
  }
`;

/** What stands before it where the application has the wasm. */
const HAND_OVER = `
  const dist = new URL(".", import.meta.resolve("brookmark/slim"));
  const handOver = (name, ...engine) => m0.init(readFileSync(new URL(name, dist)), ...engine);
  await Promise.all([handOver("brookmark.wasm"), handOver("poll.wasm", "poll"), handOver("bayeux.wasm", "bayeux")]);
`;

test("polling and Bayeux have their engines in Node", async (t) => {
  const { folder } = await installedFor(t);
  for (const [entry, engine, before = ""] of [
    ["brookmark", "wasm"],
    ["brookmark/js", "js"],
    ["brookmark/slim", "wasm", HAND_OVER],
  ]) {
    const names = [entry, "brookmark/emulators/salesforce", "node:http"];
    const imports = names.map((name, n) => `import * as m${n} from "${name}";`).join("\n");
    const forms = [["import", "app.mjs", `import { readFileSync } from "node:fs";\n${imports}${USE}${before}await use(m0, m1, m2);`]];
    if (!before) forms.push(["require()", "app.cjs", `${USE}use(${names.map((name) => `require("${name}")`).join()});`]);
    for (const [how, file, text] of forms) {
      await t.test(`${entry} by ${how}`, async () => {
        writeFileSync(join(folder, file), text);
        assert.deepEqual(JSON.parse(await run(process.execPath, [file], { cwd: folder, timeout: 20_000 })), [7, 8, engine]);
      });
    }
  }
});

for (const [policy, headers, kind] of [
  ["", {}, "engine"],
  [" whose policy forbids WebAssembly", { "content-security-policy": "script-src 'self'" }, "fallback"],
]) {
  test(`a page${policy} loads an engine when it is used`, { timeout: 60_000 }, async (t) => {
    const { folder } = await installedFor(t);
    /* As Vite builds it, since a policy allows no import map in the page. */
    writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="./app.js"></script>\n');
    writeFileSync(join(folder, "app.js"), 'import * as brookmark from "brookmark";\nglobalThis.brookmark = brookmark;\n');
    await vite.build({ root: folder, configFile: false, logLevel: "error" });
    writeFileSync(join(folder, "dist", "rows.json"), '[{"at":7}]');
    const files = await serveFolder(join(folder, "dist"), headers);
    t.after(() => files.close());
    const browser = await openChromium();
    t.after(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${files.url}/index.html`);
    const loaded = () => files.paths.map((path) => path.match(/(?<=\/)((poll|bayeux)-(engine|fallback))/)?.[0]).filter(Boolean);

    assert.deepEqual(await page.evaluate(async () => (await brookmark.init(), brookmark.runtimeInfo().engine)), kind === "engine" ? "wasm" : "js");
    assert.deepEqual(loaded(), []);

    const at = await page.evaluate(async () => {
      const options = { position: { item: "/at", kind: "decimal" }, resume: { query: "since" } };
      for await (const { data } of brookmark.poll("/rows.json", options)) return data.at;
    });
    assert.equal(at, 7);
    assert.deepEqual(loaded().filter((name) => name.endsWith(kind)), [`poll-${kind}`]);

    /* There is no server; but that is for the engine to find out. */
    const code = await page.evaluate(
      () => new Promise((resolve) => brookmark.bayeux("/cometd", { onError: ({ code }) => resolve(code) })),
    );
    assert.notEqual(code, "engine");
    assert.deepEqual(loaded().filter((name) => name.endsWith(kind)), [`poll-${kind}`, `bayeux-${kind}`]);
  });
}
