import * as brookmark from "./node_modules/brookmark/dist/index.js";
import { visit } from "./visit.mjs";

const asked = new URLSearchParams(location.search);
globalThis.visited = await visit(brookmark, { url: asked.get("url"), until: asked.get("until") });
