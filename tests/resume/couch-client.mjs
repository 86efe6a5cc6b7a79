// The client of the run over a database's changes: `node couch-client.mjs OPTIONS FOLDER`, with the connector's options as
// JSON, and the URL among them. It writes down, one line each, `s RECORD` when it begins, `h POSITION REV ID` when a
// handler has finished, `c POSITION` for a durable bookmark, and `g REASON` for a gap.

import { couchChanges } from "brookmark/connectors";
import { keep } from "./keep.mjs";

const [options, folder] = process.argv.slice(2);
const { store, note } = keep(folder);
const { url, ...own } = JSON.parse(options);

const stream = couchChanges(url, {
  ...own,
  bookmark: "changes",
  store,
  retry: { min: 10, max: 100 },
  onEvent({ id, position, data }) {
    note(`h ${position} ${data.changes[0].rev} ${id}`);
  },
  onCommit: (position) => note(`c ${position}`),
  onGap: (gap) => note(`g ${gap.reason}`),
});
process.on("message", () => stream.reconnect());
await stream.closed;
