// The stories of the Bayeux client in workerd, which keeps no cookies and has a WebSocket.

import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { tellStories } from "../support/bayeux-home.mjs";
import { workerModules } from "../support/workerd.mjs";

const entry = fileURLToPath(new URL("../support/bayeux-worker.mjs", import.meta.url));
let workerd;

before(async () => {
  workerd = new Miniflare({ modules: await workerModules(entry), compatibilityDate: "2026-04-01" });
});

after(() => workerd?.dispose());

tellStories({
  name: "workerd",
  async tell(name, server) {
    const response = await workerd.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify({ name, server }) });
    if (!response.ok) throw new Error(await response.text());
  },
});
