/** What is said of a HubSpot account and its objects, checked. */
import { base, kind, misuse, oneOf } from "./checks.js";

const API_URL = "https://api.hubapi.com";

/** What is HubSpot's own; `own` is what the stream checks. */
export function checked(options) {
  const { token, object, properties = [], by, archived, apiUrl = API_URL, ...own } = Object(options);
  if (typeof object !== "string" || !/^[\w-]+$/.test(object)) throw misuse('object is no type of objects, such as "contacts"');
  if (!Array.isArray(properties) || !properties.every((name) => typeof name === "string" && /^\w+$/.test(name))) {
    throw misuse("properties is no array of their names");
  }
  oneOf("by", by, ["search", "list"]);
  oneOf("archived", archived, [true, false]);
  if (archived && by === "search") throw misuse("archived objects are never found by a search");
  kind("token", token, ["string", "function"]);
  kind("fetch", own.fetch, ["function"]);
  if (token === undefined && own.auth === undefined && own.headers === undefined) throw misuse("there is no token");
  if (token !== undefined && own.auth !== undefined) throw misuse("token and auth are the same: one of them is enough");
  return {
    address: `${base("apiUrl", apiUrl)}/crm/v3/objects/${object}`,
    object,
    properties,
    by: by ?? (archived ? "list" : "search"),
    archived: archived === true,
    own: token === undefined ? own : { ...own, auth: token },
  };
}
