// A visit to a runtime: its clients play all cases there, and what came of it is judged here.
//
// A runtime is `{ name, clients, classes, lacks, start(plan) }`: the clients to play the cases with, those of
// them that are classes and are held to the rules of EventSource, what rules may need and it does not have,
// and what starts the visit there and gives `{ died, close() }`.

import { serveEventSources } from "../support/eventsource-server.mjs";
import { judge } from "./judge.mjs";
import { serveCases } from "./server.mjs";
import { STORIES } from "./stories.mjs";

/**
 * Makes the visit.
 * @returns `{ play(client, story), keep(name, rule) }`, which throw where something went wrong
 */
export async function visitTo({ clients, classes, start }) {
  const server = await serveCases();
  const { close: closeRules, ...origins } = await serveEventSources();
  let running;
  try {
    running = await start({ base: server.url, clients, classes, origins });
    const { heard, broken } = await Promise.race([server.report, running.died]);
    return {
      play: (client, story) =>
        judge(story.expect, heard[client][STORIES.indexOf(story)], server.requests(client, story.key)),
      keep(name, { name: rule }) {
        if (rule in broken[name]) throw new Error(broken[name][rule]);
      },
    };
  } finally {
    await running?.close();
    await server.close();
    await closeRules();
  }
}
