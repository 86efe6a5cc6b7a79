// Programs in Python, with the packages of tests/peers/requirements.txt.

import { fileURLToPath } from "node:url";
import { startTalker } from "./talker.mjs";

/** Where `npm run setup` puts it. */
export const PYTHON = fileURLToPath(new URL("../../target/python/bin/python", import.meta.url));

/** Starts a program that speaks in lines of JSON. */
export const startPython = (program, args = [], options = {}) => startTalker(PYTHON, ["-u", program, ...args], options);
