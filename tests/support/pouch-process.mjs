// PouchDB Server in a process of its own: where a client leaves a live feed, it goes on sending heartbeats to nobody,
// and would keep a test's process alive.

import { createRequire } from "node:module";

const peers = createRequire(new URL("../peers/", import.meta.url));
const PouchDB = peers("pouchdb").plugin(peers("pouchdb-adapter-memory")).defaults({ adapter: "memory" });

const [compression] = process.argv.slice(2);
const options = {
  mode: "minimumForPouchDB",
  inMemoryConfig: true,
  overrideMode: { exclude: compression === "compression" ? [] : ["compression"] },
};
const app = peers("express")();
app.use((request, _, next) => {
  if (request.path.endsWith("/_changes")) process.send({ asked: request.query.feed ?? "normal" });
  next();
});
app.use(peers("express-pouchdb")(PouchDB, options));
const server = app.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", () => {
  server.closeAllConnections();
  process.send({ cut: true });
});
process.on("disconnect", () => process.exit());
