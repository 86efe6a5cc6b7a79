import { conforms } from "./conforms.mjs";
import chromium from "./runtimes/chromium.mjs";

conforms(chromium);
