/** The entry for pages, workers, Node, Deno and Bun: carries the wasm inside. */
import { payload } from "engine:payload";
import { provide } from "./load.js";
import { unpack } from "./unpack.js";

export * from "./api.js";

provide(() => unpack(payload));
