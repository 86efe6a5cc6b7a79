import assert from "node:assert/strict";
import test from "node:test";
import { init, jsonStream, runtimeInfo } from "brookmark/js";
import { conforms } from "../support/records-conformance.mjs";

test("the fixtures run through the JavaScript build", async () => {
  await init();
  assert.equal(runtimeInfo().engine, "js");
});

conforms(jsonStream);
