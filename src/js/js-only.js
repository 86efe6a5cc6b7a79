/** The entry for where WebAssembly is known to be refused: asks for none. */
import { provide } from "./load.js";

export { bayeux } from "./bayeux.js";
export * from "./core.js";
export { poll } from "./poll.js";

for (const name of ["core", "poll", "bayeux"]) provide(name, () => null);
