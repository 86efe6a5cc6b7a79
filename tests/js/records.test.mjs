import assert from "node:assert/strict";
import test from "node:test";
import { init, jsonStream, runtimeInfo } from "brookmark";
import { conforms } from "../support/records-conformance.mjs";

test("the fixtures run through the WebAssembly build", async () => {
  await init();
  assert.equal(runtimeInfo().engine, "wasm");
});

conforms(jsonStream);
