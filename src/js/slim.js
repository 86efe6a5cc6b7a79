/** The entry without any wasm: the application loads that itself and hands it to `init`. */
export { bayeux } from "./bayeux.js";
export * from "./core.js";
export { poll } from "./poll.js";
