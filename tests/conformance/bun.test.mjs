import { conforms } from "./conforms.mjs";
import { bun } from "./runtimes/processes.mjs";

conforms(bun);
