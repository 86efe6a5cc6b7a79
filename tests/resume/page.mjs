// The client of the resume run in a page, reloaded at any moment.

import { sse } from "/dist/index.js";
import { note } from "./page-journal.mjs";

sse(new URLSearchParams(location.search).get("source"), {
  bookmark: "deals",
  start: "earliest",
  decode: "json",
  retry: { min: 20, max: 200 },
  onEvent({ data: { number } }) {
    const done = () => note(`h ${number}`);
    if (number % 7 !== 0) return done();
    // Some handlers take their time: a commit that does not wait for them shows in the journal.
    return new Promise((resolve) => setTimeout(resolve, number % 4)).then(done);
  },
  onCommit: (position) => note(`c ${position}`),
  onGap: (gap) => note(`g ${gap.reason}`),
});
