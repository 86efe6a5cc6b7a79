// Every fixture of streaming JSON through one build of the engine: whole, cut at every byte, and byte by byte.

import assert from "node:assert/strict";
import test from "node:test";
import { fetchOf } from "./chunks.mjs";
import { fixtures } from "./fixtures.mjs";

/** What the chunks give: the records that are delivered, those that are told to be bad, and the end. */
async function read(jsonStream, framing, chunks) {
  const records = [];
  const stream = jsonStream("http://source.invalid/", {
    framing,
    fetch: fetchOf(chunks, "application/json"),
    decode: "text",
    onBadRecord: "skip",
    retry: false,
    onEvent: ({ data, record, offset }) => void records.push({ text: data, record, offset }),
    onError({ code, body, record, offset }) {
      if (code === "bad-record") records.push({ bad: body, record, offset });
    },
  });
  const cut = await stream.closed.then(
    () => false,
    (error) => {
      assert.equal(error.code, "network");
      return true;
    },
  );
  /* Errors are told when they are found, and events when their turn comes. */
  return { records: records.sort((one, two) => one.record - two.record), cut };
}

function* bytesOf(wire) {
  for (let at = 0; at < wire.length; at += 1) yield wire.subarray(at, at + 1);
}

/** Defines the tests, for the package entry that `jsonStream` comes from. */
export function conforms(jsonStream) {
  for (const { name, framing, wire, records, cut } of fixtures("json")) {
    test(`${framing}: ${name}: whole, cut at every byte, and byte by byte`, async () => {
      const expected = { records, cut };
      assert.deepEqual(await read(jsonStream, framing, [wire]), expected, "whole");
      for (let at = 1; at < wire.length; at += 1) {
        const chunks = [wire.subarray(0, at), wire.subarray(at)];
        assert.deepEqual(await read(jsonStream, framing, chunks), expected, `cut at ${at}`);
      }
      assert.deepEqual(await read(jsonStream, framing, bytesOf(wire)), expected, "byte by byte");
    });
  }
}
