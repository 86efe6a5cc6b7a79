// The client of the runs with polled services: `node polled-client.mjs CONNECTOR OPTIONS FOLDER`, with the connector's
// options as JSON. It writes down `e CODE` too, when the stream ends.

import * as connectors from "brookmark/connectors";
import { keep } from "./keep.mjs";
import { consume } from "./polled.mjs";

const [name, options, folder] = process.argv.slice(2);
const kept = keep(folder);
const { closed } = consume(connectors[name], name, JSON.parse(options), kept);
await closed.catch(({ code }) => kept.note(`e ${code}`));
