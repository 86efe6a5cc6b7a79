import * as brookmark from "brookmark";
import { visit } from "./visit.mjs";

const asked = new URLSearchParams(location.search);
globalThis.visited = await visit(brookmark, { url: asked.get("url"), until: asked.get("until") });
