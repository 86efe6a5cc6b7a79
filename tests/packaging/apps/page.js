import { runtimeInfo, sse } from "brookmark";
import { visit } from "./visit.mjs";

const asked = new URLSearchParams(location.search);
globalThis.visited = await visit({ runtimeInfo, sse }, { url: asked.get("url"), until: asked.get("until") });
