import * as brookmark from "brookmark";
import { fileStore } from "./file-store.cjs";
import { visit } from "./visit.mjs";

const [url, until] = process.argv.slice(2);
console.log(JSON.stringify(await visit(brookmark, { url, until, store: fileStore("bookmarks.json") })));
