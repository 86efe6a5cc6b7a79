// The visit of Node, Deno and Bun: a process that gets its plan as an argument.

import { argv } from "node:process";
import * as brookmark from "../../dist/index.js";
import { visit } from "./runner.mjs";

await visit(JSON.parse(argv[2]), brookmark);
