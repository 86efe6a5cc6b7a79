// How many of the conformance cases our clients pass, in all runtimes. What the runtimes' own classes
// do is printed beside.

import chromium from "../conformance/runtimes/chromium.mjs";
import firefox from "../conformance/runtimes/firefox.mjs";
import { bun, deno, node } from "../conformance/runtimes/processes.mjs";
import workerd from "../conformance/runtimes/workerd.mjs";
import { STORIES } from "../conformance/stories.mjs";
import { visitTo } from "../conformance/visits.mjs";

export default async function () {
  const figure = { passed: 0, failed: 0, runtimes: [] };
  for (const runtime of [node, deno, bun, workerd, chromium, firefox]) {
    const { play } = await visitTo({ ...runtime, classes: [] });
    for (const client of runtime.clients) {
      const failures = failuresOf((story) => play(client, story));
      const passed = STORIES.length - failures.length;
      console.error([`${runtime.name}, ${client}: ${passed} of ${STORIES.length}`, ...failures].join("\n  not: "));
      if (client === "native") continue;
      figure.passed += passed;
      figure.failed += failures.length;
    }
    figure.runtimes.push(runtime.name);
  }
  return figure;
}

/** The cases that the check throws for, in words. */
function failuresOf(check) {
  return STORIES.flatMap((story) => {
    try {
      check(story);
      return [];
    } catch {
      return [`${story.key}, ${story.name}`];
    }
  });
}
