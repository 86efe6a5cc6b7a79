// The client of the resume run in Node: `node client.mjs URL FOLDER`. Killed at any moment and
// started again, it must go on as if nothing had been. See journal.mjs for what it writes down.

import { setTimeout as sleep } from "node:timers/promises";
import { sse } from "brookmark";
import { keep } from "./keep.mjs";

const [url, folder] = process.argv.slice(2);
const { store, note } = keep(folder);

await sse(url, {
  bookmark: "deals",
  store,
  start: "earliest",
  decode: "json",
  retry: { min: 20, max: 200 },
  onEvent({ data: { number } }) {
    const done = () => note(`h ${number}`);
    // Some handlers take their time: a commit that does not wait for them shows in the journal.
    return number % 7 === 0 ? sleep(number % 4).then(done) : done();
  },
  onCommit: (position) => note(`c ${position}`),
  onGap: (gap) => note(`g ${gap.reason}`),
}).closed;
