// Defines the tests of one runtime: each case with each of its clients, each rule with each class.

import assert from "node:assert/strict";
import test, { before } from "node:test";
import { rulesFor } from "./rules.mjs";
import { STORIES } from "./stories.mjs";
import { visitTo } from "./visits.mjs";

/**
 * Ours has to conform. Where the runtime's own EventSource is known not to, the standard decides, and
 * the test fails once they agree: then the mark is to go.
 */
export function conforms(runtime) {
  let visit;
  before(async () => {
    visit = await visitTo(runtime);
  });
  const agrees = (title, deviation, check) => {
    if (!deviation) test(`${runtime.name}, ${title}`, check);
    else test(`${runtime.name} differs (${deviation}): ${title}`, () => assert.throws(check, "it conforms now"));
  };

  for (const client of runtime.clients) {
    for (const story of STORIES) {
      const deviation = client === "native" && story.deviations?.[runtime.name];
      agrees(`${client}, ${story.key}: ${story.name}`, deviation, () => visit.play(client, story));
    }
  }
  for (const name of runtime.classes) {
    for (const rule of rulesFor(name, runtime)) {
      const { native } = rule;
      const deviation = name === "native" && (native?.[runtime.name.toLowerCase()] ?? (typeof native === "string" && native));
      agrees(`${name}: ${rule.name}`, deviation, () => visit.keep(name, rule));
    }
  }
}
