// What the Bayeux client is for, as a list of stories that run wherever it does: in Node, in pages, in workerd; with
// each server that can have them. Nothing here knows its runtime; what a story wants of its server's side goes by HTTP.
//
// A story is `{ name, run, servers?, why?, needs?, doubles? }`. Without `servers`, all have it; else `why` says what the
// others lack. `needs` names what not every runtime has: "cookies of each client's own". `doubles`: connects of one session
// may overlap, since the story is about that or cuts connections; in all others that would break the protocol, and fails.

import { equal } from "./anywhere.mjs";
import { channels } from "./bayeux-stories/channels.mjs";
import { contextOf } from "./bayeux-stories/context.mjs";
import { messages } from "./bayeux-stories/messages.mjs";
import { places } from "./bayeux-stories/places.mjs";
import { sessions } from "./bayeux-stories/sessions.mjs";
import { sockets } from "./bayeux-stories/sockets.mjs";

/** "faye-socket" is faye with a client that may open a socket; the others have long polling alone. */
export const SERVERS = ["cometd", "faye", "faye-socket", "salesforce"];

export const stories = [...channels, ...messages, ...sessions, ...places, ...sockets];

/** The stories of a server in a runtime that lacks some of what they need. */
export const storiesOf = (server, lacks = []) =>
  stories.filter(({ servers = SERVERS, needs }) => servers.includes(server) && !lacks.includes(needs));

/** More than a story waits for any one thing, in ms. */
const PATIENCE = 40_000;

/**
 * Runs a story; throws where it does not come true.
 * @param home `{ bayeux, webSocket }`: the package's function, and what its option of that name is where a socket is wanted
 * @param server what `startServer` of `bayeux-servers.mjs` gives
 */
export async function tell(name, home, server) {
  const story = stories.find((one) => one.name === name);
  const its = contextOf(home, server);
  let patience;
  const tooLate = new Promise((_, reject) => {
    patience = setTimeout(reject, PATIENCE, new Error("it never came to an end"));
  });
  try {
    await Promise.race([story.run(its), tooLate]);
    if (!story.doubles) equal({ doubles: (await its.server.look()).doubles }, { doubles: 0 });
  } finally {
    clearTimeout(patience);
    await its.end();
  }
}
