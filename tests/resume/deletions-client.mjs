// The client of the run with deletions: `node deletions-client.mjs URL FOLDER`. It writes down what becomes of its own copy of
// the table:
//
//   s RECORD   it begins; RECORD is what its store holds of the ids
//   p ID SEQ   a row is there
//   d ID       a row is gone
//   e CODE     an error was told

import { poll } from "brookmark";
import { rowOptions } from "../support/rows.mjs";
import { keep } from "./keep.mjs";

const [url, folder] = process.argv.slice(2);
const { store, note } = keep(folder, "rows#ids");
let count = 0;

await poll(url, {
  ...rowOptions,
  bookmark: "rows",
  store,
  every: 5,
  retry: { min: 5, max: 50 },
  rescan: { every: 3, deletions: true, beside: true },
  onEvent({ type, id, data }) {
    const done = () => note(type === "deleted" ? `d ${id}` : `p ${id} ${data.seq}`);
    // Some handlers take their time.
    count += 1;
    return count % 7 === 0 ? new Promise((resolve) => setTimeout(resolve, count % 4)).then(done) : done();
  },
  onError: ({ code }) => note(`e ${code}`),
}).closed;
