/**
 * Opens streams in a Node process of its own and says what an idle one takes. The last line of its output is the
 * result. Its argument: `{ name, url, path, count }`.
 */
import { EventSource } from "eventsource";
import { createEventSource } from "eventsource-client";
import { sse } from "../../dist/index.js";
import { usedMemory } from "../../tests/support/used-memory.mjs";
import { BARE, OURS } from "./names.mjs";

const isLast = ({ data }) => data === "the last one";

/** Each opens a stream, waits until there is nothing more to come, and gives what keeps it open. */
const OPENERS = {
  [BARE]: async (url) => {
    const response = await fetch(url);
    const reader = response.body.getReader();
    for (let tail = ""; !tail.endsWith("the last one\n\n"); ) {
      const { value } = await reader.read();
      tail = tail.slice(-20) + Buffer.from(value.subarray(-20)).toString();
    }
    return { response, reader, reading: reader.read() };
  },
  [OURS]: (url) =>
    new Promise((resolve) => {
      const stream = sse(url, { onEvent: (event) => isLast(event) && resolve(stream) });
    }),
  "eventsource-client 1": (url) =>
    new Promise((resolve) => {
      const stream = createEventSource({ url, onMessage: (event) => isLast(event) && resolve(stream) });
    }),
  "eventsource 5": (url) =>
    new Promise((resolve) => {
      const stream = new EventSource(url);
      stream.onmessage = (event) => isLast(event) && resolve(stream);
    }),
};

/** Connections that are opened at once: more would wait for each other in the server's queue. */
const AT_ONCE = 50;

const { name, url, path, count } = JSON.parse(process.argv[2]);
const open = () => OPENERS[name](`${url}${path}`);
/* What is loaded once is no stream's. */
const streams = [await open()];
const before = { used: await usedMemory(), rss: process.memoryUsage.rss() };
while (streams.length <= count) {
  const some = Array.from({ length: Math.min(AT_ONCE, count + 1 - streams.length) }, open);
  streams.push(...(await Promise.all(some)));
}
const used = await usedMemory();
const rss = process.memoryUsage.rss();
const isOpen = Number(await (await fetch(`${url}/open`)).text()) - 1;
const each = (bytes) => Math.round(bytes / count);
console.log(JSON.stringify({ open: isOpen, bytesEach: each(used - before.used), rssEach: each(rss - before.rss), kept: streams.length - 1 }));
process.exit();
