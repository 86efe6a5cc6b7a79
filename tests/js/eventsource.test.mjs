// EventSource where a process of its own has to show it, or the collector.

import assert from "node:assert/strict";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { EventSource, init } from "brookmark";
import { runModule } from "../support/child.mjs";
import { keep, rules } from "../support/eventsource-rules.mjs";
import { serveEventSources } from "../support/eventsource-server.mjs";
import { answer, ended, event, open, serve } from "../support/server.mjs";
import { aWhile, until } from "../support/waiting.mjs";

test("who is not held and has listeners lives on, though the collector comes", async (t) => {
  setFlagsFromString("--expose-gc");
  globalThis.gc = runInNewContext("gc");
  const server = await serveEventSources();
  t.after(() => server.close());
  const rule = rules.find(({ name }) => name === "who is not held and has listeners lives on");
  await keep(rule, EventSource, server);
});

test("who is closed is not kept", async (t) => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc");
  const { url } = await serve(t, open(event(1)));
  const gone = [];
  const registry = new FinalizationRegistry((name) => gone.push(name));
  await new Promise((resolve) => {
    const source = new EventSource(url);
    registry.register(source, "source");
    source.onmessage = () => resolve(source.close());
  });
  await until("the collector to take it", () => gc() ?? gone.length === 1);
});

test("a process that closes it ends", async (t) => {
  const { url } = await serve(t, open(event(1)));
  const { code, out, err } = await runModule(`
    import { EventSource } from "brookmark";
    const source = new EventSource(${JSON.stringify(url)});
    source.onmessage = ({ data }) => { console.log(data); source.close(); };
  `);
  assert.deepEqual({ code, out, err }, { code: 0, out: "event 1", err: "" });
});

test("where the platform has no MessageEvent, a message is of its shape", async (t) => {
  const { url } = await serve(t, open(event(1)));
  const { out } = await runModule(`
    delete globalThis.MessageEvent;
    const { EventSource } = await import("brookmark");
    const source = new EventSource(${JSON.stringify(url)});
    source.onmessage = (event) => {
      const { type, data, lastEventId, origin, source: from, ports } = event;
      console.log(JSON.stringify([String(event), type, data, lastEventId, origin, from, ports]));
      source.close();
    };
  `);
  const { origin } = new URL(url);
  assert.deepEqual(JSON.parse(out), ["[object MessageEvent]", "message", "event 1", "1", origin, null, []]);
});

test("a process that waits to reconnect does not end, and one whose source has failed does", async (t) => {
  const { url } = await serve(t, ended(`retry: 500\n${event(1)}`), answer(404));
  const { code, out } = await runModule(`
    import { EventSource } from "brookmark";
    const source = new EventSource(${JSON.stringify(url)});
    source.onerror = () => console.log(source.readyState);
  `);
  assert.deepEqual({ code, out }, { code: 0, out: "0\n2" });
});

test("without an engine it fails, and says aloud why", async () => {
  const { code, out } = await runModule(`
    import { EventSource } from "brookmark/slim";
    process.on("uncaughtException", ({ code, message }) => console.log(code, message));
    const source = new EventSource("http://127.0.0.1/");
    source.onerror = ({ type }) => console.log(type, source.readyState);
  `);
  assert.equal(code, 0);
  const [first, second, ...more] = out.split("\n").sort();
  assert.match(first, /^engine .*call init\(source\) first$/);
  assert.deepEqual([second, more], ["error 2", []]);
});

test("an event beyond the limit is the end, and no loss without a word", async (t) => {
  const { url } = await serve(t, open(`${event(1)}data: ${"x".repeat(17 * 1024 * 1024)}\n\n${event(2)}`));
  const source = new EventSource(url);
  t.after(() => source.close());
  const told = [];
  source.onmessage = ({ data }) => told.push(data);
  source.onerror = ({ type }) => told.push(`${type} ${source.readyState}`);
  await until("the end", () => source.readyState === EventSource.CLOSED && told.length === 2);
  assert.deepEqual(told, ["event 1", "error 2"]);
});

test("a listener that throws keeps nobody from the events behind it", async () => {
  const server = await serveEventSources();
  try {
    const key = "throws";
    const steps = JSON.stringify([{ count: 3 }]);
    const { out } = await runModule(`
      import { EventSource } from "brookmark";
      process.on("uncaughtException", ({ message }) => console.log(message));
      const source = new EventSource("${server.origin}/events?" + new URLSearchParams({ key: "${key}", steps: ${JSON.stringify(steps)} }));
      source.onmessage = ({ data }) => { throw new Error("lost " + data); };
      source.addEventListener("message", ({ data }) => { console.log("heard", data); if (data === "2") source.close(); });
    `);
    assert.deepEqual(out.split("\n").sort(), ["heard 0", "heard 1", "heard 2", "lost 0", "lost 1", "lost 2"]);
  } finally {
    await server.close();
  }
});

test("a stream of one's own is let go, however soon its EventSource is closed", async () => {
  await init();
  for (let turns = 0; turns < 12; turns++) {
    const isLetGo = new Promise((resolve) => {
      const source = EventSource.fromReadableStream(new ReadableStream({ cancel: () => resolve(true) }));
      const wait = (rest) => (rest > 0 ? queueMicrotask(() => wait(rest - 1)) : source.close());
      wait(turns);
    });
    assert.ok(await Promise.race([isLetGo, aWhile(1_000)]), `closed after ${turns} microtasks`);
  }
});
