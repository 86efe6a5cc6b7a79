/** The entry for Workers, which compile no bytes: the bundler hands over compiled modules. */
import { bayeux as openBayeux } from "./bayeux.js";
import { provide } from "./load.js";
import { poll as openPoll } from "./poll.js";

export * from "./core.js";

provide("core", () => compiled(() => import("./brookmark.wasm")));

export function poll(url, options, connector) {
  provide("poll", () => compiled(() => import("./poll.wasm")));
  return openPoll(url, options, connector);
}

export function bayeux(url, options, connector) {
  provide("bayeux", () => compiled(() => import("./bayeux.wasm")));
  return openBayeux(url, options, connector);
}

async function compiled(open) {
  try {
    const { default: module } = await open();
    return module instanceof WebAssembly.Module ? module : null;
  } catch {
    /* Some test pools claim the import before Workers' own loader does. */
    return null;
  }
}
