// Sends without an end to a handler that is slower than the source, so that the queue is never
// empty, and reports the memory in use after each part of the events.

import { sse } from "brookmark";
import { usedMemory } from "./used-memory.mjs";

const EVENTS = 2_000_000;
const PARTS = 4;
const chunk = Buffer.from("data: x\n\n".repeat(4_000));

const done = Promise.resolve();
const heaps = [];
let handled = 0;

async function measure(stream) {
  stream.pause();
  heaps.push(await usedMemory());
  stream.resume();
}

const stream = sse("http://source.invalid/", {
  retry: false,
  fetch: async () =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }, { highWaterMark: 0 }), {
      headers: { "content-type": "text/event-stream" },
    }),
  onEvent(_, stream) {
    handled += 1;
    if (handled === EVENTS) void stream.close();
    return handled % (EVENTS / PARTS) === 0 && handled < EVENTS ? measure(stream) : done;
  },
});
await stream.closed;
console.log(JSON.stringify({ heaps }));
