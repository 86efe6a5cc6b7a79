/** The entry without the wasm: the application loads that itself and hands it to `init`. */
export * from "./api.js";
