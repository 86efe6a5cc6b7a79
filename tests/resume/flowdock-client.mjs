// The client of the Flowdock run: `node flowdock-client.mjs OPTIONS FOLDER`, with the connector's options
// as JSON. See journal.mjs for what it writes down; a handled message is its flow's id,
// its own, and its number among all.

import { setTimeout as sleep } from "node:timers/promises";
import { flowdock } from "brookmark/connectors";
import { keep } from "./keep.mjs";

const [options, folder] = process.argv.slice(2);
const { store, note } = keep(folder);

await flowdock({
  ...JSON.parse(options),
  bookmark: "flows",
  store,
  retry: { min: 20, max: 200 },
  onEvent({ data: { flow, id, content } }) {
    const done = () => note(`h ${flow} ${id} ${parseInt(content, 10)}`);
    // Some handlers take their time: a commit that does not wait for them shows in the journal.
    return id % 7 === 0 ? sleep(id % 4).then(done) : done();
  },
  onCommit: (position) => note(`c ${position}`),
  onGap: (gap) => note(`g ${gap.reason}`),
}).closed;
