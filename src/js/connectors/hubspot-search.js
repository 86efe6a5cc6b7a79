/** Searches of HubSpot for what was changed in a window of time, in the order of ids. */
import { misuse } from "./checks.js";

/** The largest page of a search. */
export const FOUND = 200;

/** Where in a search its values are: both ends of the window, and the id behind which it goes on. */
export const [SINCE, UNTIL, AFTER] = [0, 1, 2].map((n) => ({ body: `/filterGroups/0/filters/${n}/value` }));

/**
 * An index is behind its objects: "a few moments", as the service puts it. What is newer than this is left to the next
 * run.
 */
export const SETTLE = 60_000;

/** Characters that a search may have, with room for times and an id that are longer than what stands for them. */
const LARGEST = 3_000;
const ROOM = 60;

/**
 * The body of a search. Its window is read in the order of ids, from the last one on: so no query comes to the ten thousand
 * results that it may have, nor stands still where very many objects have one time of change.
 */
export function searchOf({ object, properties }, { since = "0", until = "0", limit = FOUND } = {}) {
  const modified = object === "contacts" || object === "0-1" ? "lastmodifieddate" : "hs_lastmodifieddate";
  const filter = (propertyName, operator, value) => ({ propertyName, operator, value });
  const body = {
    filterGroups: [{ filters: [filter(modified, "GTE", since), filter(modified, "LT", until), filter("hs_object_id", "GT", "0")] }],
    sorts: [{ propertyName: "hs_object_id", direction: "ASCENDING" }],
    ...(properties.length > 0 && { properties }),
    limit,
  };
  if (JSON.stringify(body).length > LARGEST - ROOM) throw misuse('the names of the properties are more than a search may have; by: "list" takes them');
  return body;
}
