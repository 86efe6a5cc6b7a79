import { conforms } from "./conforms.mjs";
import { node } from "./runtimes/processes.mjs";

conforms(node);
