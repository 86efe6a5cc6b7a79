// Defines the tests of one home of the Bayeux client: each story with each server that has it.

import test from "node:test";
import { startServer } from "./bayeux-servers.mjs";
import { SERVERS, storiesOf } from "./bayeux-stories.mjs";

/** @param home `{ name, lacks?, tell(name, server) }`, where `tell` runs a story there and rejects where it does not come true */
export function tellStories({ name, lacks, tell }) {
  for (const server of SERVERS) {
    for (const story of storiesOf(server, lacks)) {
      test(`${name}, ${server}: ${story.name}`, async (t) => {
        await tell(story.name, await startServer(t, server));
      });
    }
  }
}
