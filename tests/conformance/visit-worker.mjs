// The visit of workerd: a request brings the plan, and is answered at the end.

import * as brookmark from "brookmark";
import { visit } from "./runner.mjs";

export default {
  async fetch(request) {
    await visit(await request.json(), brookmark);
    return new Response(null, { status: 204 });
  },
};
