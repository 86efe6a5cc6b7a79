// The client of the Bayeux run: `node bayeux-client.mjs OPTIONS FOLDER`, with `{ url, channels }` as JSON. A channel has a
// folder of its own in FOLDER, named as its place in the list. See journal.mjs for what is written down there; a handled event is its
// replay id.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bayeux } from "brookmark";
import { keep } from "./keep.mjs";

const [options, folder] = process.argv.slice(2);
const { url, channels } = JSON.parse(options);
const retry = { min: 20, max: 200 };
let token;

/** The same token until it is refused. */
function auth({ refresh }) {
  if (refresh || !token) token = login();
  return token.catch((error) => {
    token = undefined;
    throw error;
  });
}

/** My Domain gives a token for the client's own credentials. */
async function login() {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: "client-id", client_secret: "client-secret" });
  const response = await fetch(new URL("/services/oauth2/token", url), { method: "POST", body });
  if (!response.ok) throw new Error(`no token: status ${response.status}`);
  return (await response.json()).access_token;
}

const client = bayeux(url, { auth, retry });
for (const [index, channel] of channels.entries()) {
  const { store, note } = keep(join(folder, String(index)));
  let count = 0;
  client.subscribe(channel, {
    bookmark: channel,
    store,
    retry,
    replay: -2,
    numbers: "exact",
    onEvent({ data }) {
      const done = () => note(`h ${data.event.replayId}`);
      // Some handlers take their time: a commit that does not wait for them shows in the journal.
      count += 1;
      return count % 7 === 0 ? sleep(count % 4).then(done) : done();
    },
    onCommit: (position) => note(`c ${position}`),
    onGap: (gap) => note(`g ${gap.reason}`),
  });
}
await client.closed;
