// The client of the runs with polled services: `node polled-client.mjs CONNECTOR OPTIONS FOLDER`, with the connector's
// options as JSON.

import * as connectors from "brookmark/connectors";
import { keep } from "./keep.mjs";
import { consume } from "./polled.mjs";

const [name, options, folder] = process.argv.slice(2);
const { closed } = consume(connectors[name], name, JSON.parse(options), keep(folder));
await closed.catch(({ code }) => console.log(`ended: ${code}`));
