/** The entry for where WebAssembly is known to be refused: asks for none. */
import { provide } from "./load.js";

export * from "./api.js";

provide(() => null);
