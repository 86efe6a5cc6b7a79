/**
 * An edge worker that serves the objects of a HubSpot account to Sesam, by its JSON Pull Protocol:
 *
 *     HUBSPOT_TOKEN, PULL_TOKEN   secrets of the worker: what it asks HubSpot with, and what it is asked with
 *     GET /contacts, /companies, /deals
 *
 * It keeps nothing. Each entity's `_updated` says where to go on, so that the source of a pipe is
 *
 *     { "type": "json", "system": "the-worker", "url": "/deals", "supports_since": true, "is_chronological": true,
 *       "is_since_comparable": true, "page_size": 1000 }
 */
import { hubspotSource, pullHandler } from "brookmark/connectors";

const PROPERTIES = {
  contacts: ["email", "firstname", "lastname", "company"],
  companies: ["name", "domain", "country"],
  deals: ["dealname", "dealstage", "amount", "closedate"],
};

/** An object as an entity; times are Sesam's own. */
const entityOf = (object) => ({ id, data: { properties, createdAt, updatedAt } }) => ({
  _id: id,
  ...Object.fromEntries(PROPERTIES[object].map((name) => [name, properties[name]])),
  created: new Date(createdAt),
  updated: new Date(updatedAt),
});

export default {
  fetch(request, { HUBSPOT_TOKEN, PULL_TOKEN, HUBSPOT_URL }) {
    const object = new URL(request.url).pathname.slice(1);
    if (!Object.hasOwn(PROPERTIES, object)) return new Response("There is no such object\n", { status: 404 });
    const source = hubspotSource({ token: HUBSPOT_TOKEN, object, properties: PROPERTIES[object], apiUrl: HUBSPOT_URL });
    return pullHandler(source, { token: PULL_TOKEN, cap: 1_000, entity: entityOf(object) })(request);
  },
};
