import { conforms } from "./conforms.mjs";
import { deno } from "./runtimes/processes.mjs";

conforms(deno);
