import assert from "node:assert/strict";
import test from "node:test";
import { init, runtimeInfo, sse } from "brookmark";
import { conforms } from "../support/conformance.mjs";

test("the fixtures run through the WebAssembly build", async () => {
  await init();
  assert.equal(runtimeInfo().engine, "wasm");
});

conforms(sse);
