/** The packed package's parsers by themselves, both ways. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installedFor, run } from "./support/package.mjs";

const USE = `
  async function use({ createSseParser, init, JsonDecoderStream, BrookmarkError }, main) {
    await init();
    const seen = [];
    createSseParser({ onEvent: ({ type, data, id }) => seen.push([type, data, id]) }).feed("id: 1\\ndata: ż\\n\\n");
    const body = new Response('{"a":1}\\nnull\\n').body;
    for await (const value of body.pipeThrough(new JsonDecoderStream())) seen.push(value);
    console.log(JSON.stringify([seen, BrookmarkError === main.BrookmarkError]));
  }
`;
const WANT = JSON.stringify([[["message", "ż", "1"], { a: 1 }, null], true]);

for (const [how, file, load] of [
  ["import", "app.mjs", 'await use(await import("brookmark/parse"), await import("brookmark"));'],
  ["require()", "app.cjs", 'use(require("brookmark/parse"), require("brookmark"));'],
]) {
  test(`brookmark/parse by ${how}`, async (t) => {
    const { folder } = await installedFor(t);
    writeFileSync(join(folder, file), `${USE}\n${load}\n`);
    assert.equal((await run(process.execPath, [file], { cwd: folder, timeout: 20_000 })).trim(), WANT);
  });
}
