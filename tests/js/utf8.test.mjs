import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { open, serve } from "../support/server.mjs";
import { sleep, watch } from "../support/watch.mjs";

test("malformed UTF-8 becomes U+FFFD and the stream goes on", async (t) => {
  const wire = Buffer.concat([
    Buffer.from("data: a"),
    Buffer.from([0xff]),
    Buffer.from("b"),
    Buffer.from([0xe2, 0x82]),
    Buffer.from("c\n\ndata: "),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from("\n\ndata: fine\n\n"),
  ]);
  const server = await serve(t, open(wire));
  const seen = watch(t, server.url);
  await seen.received(3);
  assert.deepEqual(seen.data, ["a\ufffdb\ufffdc", "\ufffd\ufffd\ufffd", "fine"]);
  assert.deepEqual(seen.codes, []);
});

test("characters survive being cut anywhere", async (t) => {
  const text = "Grüße, 你好, 👋🏽 नमस्ते";
  const wire = Buffer.from(`data: ${text}\n\n`);
  const server = await serve(t, async (exchange) => {
    exchange.head();
    for (const byte of wire) {
      exchange.write(Buffer.from([byte]));
      await sleep(0);
    }
  });
  const seen = watch(t, server.url);
  await seen.received(1);
  assert.deepEqual(seen.data, [text]);
});

/* Whether text is decoded here or there goes by the age of the platform; both ways have to be right. */
for (const [age, change] of [
  ["an old", "delete Promise.withResolvers"],
  ["a new", "Promise.withResolvers ??= () => {}"],
]) {
  test(`text behind a payload does not move the one that follows, on ${age} platform`, () => {
    const program = `
      ${change};
      const { createSseParser, init } = await import(${JSON.stringify(new URL("../../dist/index.js", import.meta.url))});
      await init();
      const told = [];
      const parser = createSseParser({ onEvent: ({ data }) => told.push(data) });
      parser.feed("data: a\\n: żółw\\n\\ndata: plain\\n\\ndata: żółw\\ndata: żółw\\n\\ndata: plain\\n\\n");
      console.log(JSON.stringify(told));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    assert.equal(stderr, "");
    assert.deepEqual(JSON.parse(stdout), ["a", "plain", "żółw\nżółw", "plain"]);
  });
}
