import { conforms } from "./conforms.mjs";
import workerd from "./runtimes/workerd.mjs";

conforms(workerd);
