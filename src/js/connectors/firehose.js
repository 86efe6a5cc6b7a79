/** The Firehose of Zendesk Sell: streams of changes, each read page by page from an opaque position. */
import { poll } from "brookmark";
import { withAgent } from "./agent.js";
import { base, misuse } from "./checks.js";

const API_URL = "https://api.getbase.com";

/** What the service recommends. */
const EVERY = 5_000;

/** The largest page that it gives. */
const PAGE = 100;

/** Consumes the changes of resources. */
export function firehose(options) {
  const { token, resource, resources, apiUrl = API_URL, headers, ...own } = Object(options);
  const names = resources ?? [resource];
  if (token === undefined && own.auth === undefined) throw misuse("token is neither a text nor a function that gives one");
  if (token !== undefined && own.auth !== undefined) throw misuse("token and auth exclude each other");
  if (resource !== undefined && resources !== undefined) throw misuse("resource and resources exclude each other");
  const isNamed = (name) => typeof name === "string" && /^[a-z_]+$/.test(name);
  if (!Array.isArray(names) || names.length === 0 || !names.every(isNamed)) {
    throw misuse('resources is no array of names such as "deals"');
  }
  const address = base("apiUrl", apiUrl);
  return poll(address, {
    start: "latest",
    every: EVERY,
    auth: token,
    ...own,
    headers: withAgent(headers),
    items: "/items",
    id: "/meta/event_id",
    type: "/meta/event_type",
    /* The same snapshot may be shown again, as another event. */
    unique: ["/meta/type", "/data/id", "/meta/sequence"],
    position: { body: "/meta/position" },
    resume: { query: "position" },
    words: { earliest: "tail", latest: "top" },
    /* Not the absence of items: a request may have passed over the events of other accounts. */
    top: { flag: "/meta/top" },
    sources: Object.fromEntries(names.map((name) => [name, `${address}/v3/${name}/stream?limit=${PAGE}`])),
  });
}
