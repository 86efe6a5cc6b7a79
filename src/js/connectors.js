/** Sources that need more than an address. `connectors.d.ts` describes them. */
export { couchChanges } from "./connectors/couch-changes.js";
export { firehose } from "./connectors/firehose.js";
export { flowdock } from "./connectors/flowdock.js";
export { githubEvents } from "./connectors/github-events.js";
export { hubspotSource } from "./connectors/hubspot-source.js";
export { hubspot } from "./connectors/hubspot.js";
export { oauth } from "./connectors/oauth.js";
export { pullHandler } from "./connectors/pull-handler.js";
export { salesforcePayload } from "./connectors/salesforce-payload.js";
export { salesforce } from "./connectors/salesforce.js";
export { sesam } from "./connectors/sesam.js";
