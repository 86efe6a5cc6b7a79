import assert from "node:assert/strict";
import test from "node:test";
import { init, runtimeInfo, sse } from "brookmark/js";
import { conforms } from "../support/conformance.mjs";

test("the fixtures run through the JavaScript build", async () => {
  await init();
  assert.equal(runtimeInfo().engine, "js");
});

conforms(sse);
