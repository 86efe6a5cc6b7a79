// Every fixture through one build of the engine: whole, cut at every byte, and byte by byte.

import assert from "node:assert/strict";
import test from "node:test";
import { fetchOf } from "./chunks.mjs";
import { fixtures } from "./fixtures.mjs";

const SHORTEST = 10;
const LONGEST = 24 * 60 * 60 * 1_000;

/** The events and the position that the chunks give. */
async function read(sse, chunks) {
  const events = [];
  const stream = sse("http://source.invalid/", {
    fetch: fetchOf(chunks),
    retry: false,
    onEvent: ({ type, data, id }) => void events.push({ type, data, id }),
  });
  await stream.closed;
  return { events, lastEventId: stream.position ?? "" };
}

/** The delay that the server's `retry:` lines lead to. */
function delayAfter(sse, wire) {
  return new Promise((resolve) => {
    sse("http://source.invalid/", {
      fetch: fetchOf([wire]),
      retry: { min: SHORTEST, max: LONGEST, jitter: 0 },
      onEvent() {},
      onRetry(retry, stream) {
        resolve(retry.delay);
        void stream.close();
      },
    });
  });
}

function* bytesOf(wire) {
  for (let at = 0; at < wire.length; at += 1) yield wire.subarray(at, at + 1);
}

/** Defines the tests, for the package entry that `sse` comes from. */
export function conforms(sse) {
  for (const { name, wire, events, lastEventId, retry } of fixtures()) {
    const expected = { events, lastEventId: lastEventId ?? "" };

    test(`${name}: whole, cut at every byte, and byte by byte`, async () => {
      assert.deepEqual(await read(sse, [wire]), expected, "whole");
      for (let at = 1; at < wire.length; at += 1) {
        assert.deepEqual(await read(sse, [wire.subarray(0, at), wire.subarray(at)]), expected, `cut at ${at}`);
      }
      assert.deepEqual(await read(sse, bytesOf(wire)), expected, "byte by byte");
    });

    if (retry !== undefined) {
      test(`${name}: the delay that it sets`, async () => {
        const told = retry.at(-1) ?? SHORTEST;
        assert.equal(await delayAfter(sse, wire), Math.min(Math.max(told, SHORTEST), LONGEST));
      });
    }
  }
}
