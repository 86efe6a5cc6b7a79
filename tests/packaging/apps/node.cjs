const brookmark = require("brookmark");
const { fileStore } = require("./file-store.cjs");

const [url, until] = process.argv.slice(2);
import("./visit.mjs")
  .then(({ visit }) => visit(brookmark, { url, until, store: fileStore("bookmarks.json") }))
  .then((result) => console.log(JSON.stringify(result)));
