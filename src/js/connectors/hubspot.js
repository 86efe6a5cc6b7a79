/** Objects of HubSpot's CRM, by their time of change. */
import { poll } from "brookmark";
import { beside } from "./exchange.js";
import { HubspotAccess } from "./hubspot-access.js";
import { checked } from "./hubspot-options.js";
import * as found from "./hubspot-search.js";

/** Where the stream hands over what a list cannot be asked for; they are not sent. */
const SINCE = "brookmark-since";
const UNTIL = "brookmark-until";

/** The largest page of a list. */
const LISTED = 100;
const EVERY = 60_000;

/**
 * Consumes objects of one type: those that were changed since the position. The window of a run is fixed; what changes
 * meanwhile is in the next one.
 */
export function hubspot(options) {
  const { address, object, properties, by, archived, own } = checked(options);
  const access = new HubspotAccess(own.fetch, { isSearch: by === "search" });
  const changed = archived ? "archivedAt" : "updatedAt";
  const common = {
    every: EVERY,
    settle: found.SETTLE,
    ...own,
    items: "/results",
    id: "/id",
    unique: ["/id", `/${changed}`],
    position: { kind: "epoch-ms" },
    /* Without a position, all there is; for new ones only, from now on. */
    words: { earliest: "0", latest: String(Date.now()) },
  };
  const identity = `${address} ${by} ${archived}`;
  if (by === "search") {
    const query = {
      method: "POST",
      body: found.searchOf({ object, properties }),
      resume: found.SINCE,
      until: found.UNTIL,
      page: { item: "/id", to: found.AFTER, first: "0" },
    };
    return poll(`${address}/search`, { ...common, ...query, fetch: (url, init) => access.fetch(url, init) }, { identity });
  }
  const query = {
    resume: { query: SINCE },
    until: { query: UNTIL },
    page: { body: "/paging/next/after", to: { query: "after" } },
    async fetch(target, init) {
      const { url, values } = beside(target, SINCE, UNTIL);
      return within(await access.fetch(url, init), changed, values);
    },
  };
  return poll(listOf(address, { properties, archived }), { ...common, ...query }, { identity });
}

function listOf(address, { properties, archived }) {
  const url = new URL(address);
  url.searchParams.set("limit", String(LISTED));
  if (archived) url.searchParams.set("archived", "true");
  if (properties.length > 0) url.searchParams.set("properties", properties.join());
  return url;
}

/** Of a page of a list, what was changed within the window. */
async function within(response, changed, [since, until]) {
  if (response.status !== 200) return response;
  const text = await response.text();
  const isWithin = ({ [changed]: date }) => Date.parse(date) >= Number(since) && Date.parse(date) < Number(until);
  return new Response(filtered(text, isWithin), { status: 200, headers: response.headers });
}

/** What is no page, the stream will say. */
function filtered(text, isWanted) {
  try {
    const page = JSON.parse(text);
    return JSON.stringify({ ...page, results: page.results.filter(isWanted) });
  } catch {
    return text;
  }
}
