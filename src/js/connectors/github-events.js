/** GitHub's events: feeds that come newest first, late, and end after so many. */
import { poll } from "brookmark";
import { withAgent } from "./agent.js";
import { base, kind, misuse } from "./checks.js";

const API_URL = "https://api.github.com";

/** What the service asks for; its X-Poll-Interval may ask for more. */
const EVERY = 60_000;

/** The largest page that it gives, and all that a feed lists. */
const PAGE = 100;
const WINDOW = 300;

/** The feeds, by the option that asks for them. */
const FEEDS = {
  repo: (name) => `/repos/${name}/events`,
  network: (name) => `/networks/${name}/events`,
  org: (name) => `/orgs/${name}/events`,
  user: (name) => `/users/${name}/events`,
  receivedBy: (name) => `/users/${name}/received_events`,
};

/** Consumes the events of one feed: of all that is public, or of what an option names. */
export function githubEvents(options) {
  const { token, apiUrl = API_URL, headers, fetch, repo, network, org, user, receivedBy, ...own } = Object(options);
  kind("fetch", fetch, ["function"]);
  if (token !== undefined && own.auth !== undefined) throw misuse("token and auth exclude each other");
  const path = pathOf({ repo, network, org, user, receivedBy });
  const send = fetch ?? ((url, init) => globalThis.fetch(url, init));
  return poll(`${base("apiUrl", apiUrl)}${path}?per_page=${PAGE}`, {
    start: "latest",
    every: EVERY,
    auth: token,
    ...own,
    headers: withAgent(headers),
    fetch: async (url, init) => patient(await send(url, init)),
    id: "/id",
    type: "/type",
    unique: ["/id"],
    /* Ids mostly grow: what was seen is known by id alone, and the greatest says only where we are. */
    position: { item: "/id", kind: "decimal" },
    order: "newest-first",
    page: { link: "next", to: { url: true }, cap: WINDOW },
    conditional: true,
  });
}

function pathOf(named) {
  const given = Object.entries(named).filter(([, name]) => name !== undefined);
  if (given.length === 0) return "/events";
  if (given.length > 1) throw misuse("repo, network, org, user and receivedBy exclude each other");
  const [[option, name]] = given;
  const isPair = option === "repo" || option === "network";
  const form = isPair ? /^[\w.-]+\/[\w.-]+$/ : /^[\w.-]+$/;
  if (typeof name !== "string" || !form.test(name)) throw misuse(`${option} is no ${isPair ? '"owner/name"' : "name"}`);
  return FEEDS[option](name);
}

/** The secondary rate limit is a refusal like one for good, and often without a time: a minute is what is documented then. */
async function patient(response) {
  const { status, headers } = response;
  const isTimed = headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
  if ((status !== 403 && status !== 429) || isTimed) return response;
  const text = await response.text();
  const timed = new Headers(headers);
  if (/secondary rate limit/i.test(text)) timed.set("retry-after", "60");
  return new Response(text, { status, headers: timed });
}
