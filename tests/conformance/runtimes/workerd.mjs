import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { workerModules } from "../../support/workerd.mjs";

const entry = fileURLToPath(new URL("../visit-worker.mjs", import.meta.url));

export default {
  name: "workerd",
  clients: ["sse", "EventSource", "native"],
  /* Held to the rules by the packaged package's test. */
  classes: [],
  async start(plan) {
    const workerd = new Miniflare({
      modules: await workerModules(entry),
      compatibilityDate: "2026-04-01",
      /* Its own class sends what a header cannot hold, and workerd prints a stack for it. */
      handleRuntimeStdio: (out, err) => void [out, err].forEach((output) => output.resume()),
    });
    const request = { method: "POST", body: JSON.stringify(plan) };
    const died = workerd.dispatchFetch("http://worker/", request).then(async (response) => {
      if (!response.ok) throw new Error(`the worker has failed: ${await response.text()}`);
      return new Promise(() => {});
    });
    died.catch(() => {});
    return { died, close: () => workerd.dispose() };
  },
};
