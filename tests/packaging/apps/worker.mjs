import * as brookmark from "brookmark";
import { visit } from "./visit.mjs";

/** Keeps the bookmark in its own storage, as it is. */
export class Reader {
  constructor(state) {
    this.store = state.storage;
  }

  async fetch(request) {
    const asked = new URL(request.url).searchParams;
    return Response.json(await visit(brookmark, { url: asked.get("url"), until: asked.get("until"), store: this.store }));
  }
}

export default {
  fetch(request, env) {
    return env.READER.get(env.READER.idFromName("reader")).fetch(request);
  },
};
