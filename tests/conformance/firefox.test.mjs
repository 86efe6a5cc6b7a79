import { conforms } from "./conforms.mjs";
import firefox from "./runtimes/firefox.mjs";

conforms(firefox);
