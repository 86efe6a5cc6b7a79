// The client of the runs with polled services in a page, reloaded at any moment.

import * as connectors from "/dist/connectors.js";
import { note } from "./page-journal.mjs";
import { consume } from "./polled.mjs";

const asked = new URLSearchParams(location.search);
const name = asked.get("connector");
consume(connectors[name], name, JSON.parse(asked.get("options")), { note });
