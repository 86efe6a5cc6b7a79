import assert from "node:assert/strict";
import test from "node:test";
import { runModule } from "../support/child.mjs";

/** Runs a module that must end by itself and without a fault; gives what it prints. */
async function run(source) {
  const { code, out, err } = await runModule(source);
  assert.equal(code, 0, err);
  return out;
}

test("importing reads no global of the platform and leaves nothing running", async () => {
  const printed = await run(`
    const read = [];
    const names = ["localStorage", "sessionStorage", "fetch", "window", "self", "document",
      "navigator", "location", "EventSource", "setTimeout", "setInterval", "WebAssembly"];
    for (const name of names) {
      const value = globalThis[name];
      Object.defineProperty(globalThis, name, { configurable: true, get() { read.push(name); return value; } });
    }
    const before = Object.getOwnPropertyNames(globalThis).length;
    const { runtimeInfo } = await import("brookmark");
    console.log(JSON.stringify({
      read,
      added: Object.getOwnPropertyNames(globalThis).length - before,
      engine: runtimeInfo().engine,
    }));
  `);
  assert.deepEqual(JSON.parse(printed), { read: [], added: 0, engine: null });
});

test("making a stream that nobody reads starts nothing", async () => {
  const printed = await run(`
    import { runtimeInfo, sse } from "brookmark";
    globalThis.fetch = () => console.log("fetch");
    sse("http://source.invalid/");
    setTimeout(() => console.log(runtimeInfo().engine), 50);
  `);
  assert.equal(printed, "null");
});

test("a closed stream lets the process end", async () => {
  const printed = await run(`
    import { createServer } from "node:http";
    import { sse } from "brookmark";
    const server = createServer((request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("id: 1\\ndata: a\\n\\n");
    }).listen(0, "127.0.0.1", () => {
      sse("http://127.0.0.1:" + server.address().port, {
        async onEvent(event, stream) {
          console.log(event.data);
          void stream.close().then(() => server.close());
        },
      });
    });
  `);
  assert.equal(printed, "a");
});

test("init() loads the engine; runtimeInfo() says which", async () => {
  const printed = await run(`
    import { init, runtimeInfo } from "brookmark";
    await init();
    await init();
    console.log(JSON.stringify(runtimeInfo()));
  `);
  const info = JSON.parse(printed);
  assert.equal(info.engine, "wasm");
  assert.match(info.version, /^\d+\.\d+\.\d+/);
});
