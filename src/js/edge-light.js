/** The entry for Vercel's edge runtime, which compiles no bytes either. */
import module from "./brookmark.wasm?module";
import { provide } from "./load.js";

export * from "./api.js";

provide(() => module);
