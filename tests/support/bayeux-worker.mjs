// A worker that runs the Bayeux story whose name a request brings.

import { bayeux, runtimeInfo } from "brookmark";
import { equal } from "./anywhere.mjs";
import { tell } from "./bayeux-stories.mjs";

export default {
  async fetch(request) {
    const { name, server } = await request.json();
    try {
      await tell(name, { bayeux, webSocket: true }, server);
      equal(runtimeInfo().engine, "wasm");
      return new Response(null, { status: 204 });
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
