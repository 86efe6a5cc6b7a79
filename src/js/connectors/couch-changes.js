/** The changes of a database of CouchDB, PouchDB Server, or whatever speaks their `_changes`. */
import { poll } from "brookmark";
import { kind, misuse, oneOf } from "./checks.js";
import { INCARNATION, Incarnation } from "./couch-incarnation.js";

/* The best first: an event stream says itself what it is, and lines do not. */
const FEEDS = ["eventsource", "continuous", "longpoll", "normal"];

/** Rows of a page. The source's own default is all that there are. */
const LIMIT = 1_000;
const HEARTBEAT = 15_000;
/** A held request is answered by then, so that it also gets through where responses come as a whole. */
const HELD = 25_000;
const EVERY = 5_000;

/** A response that ends is nothing special: the source ends all of them after a while. */
const SPACINGS = {
  retryNetwork: { min: 1_000, max: 60_000, factor: 2 },
  retryStatus: { min: 1_000, max: 60_000, factor: 2 },
  retryEnd: { min: 0, max: 2_000, factor: 2 },
};

/** Consumes the changes of a database. */
export function couchChanges(databaseUrl, options) {
  const { database, feed, limit, heartbeat, asked, body, own } = checked(databaseUrl, options);
  const incarnation = new Incarnation(database, own.fetch);
  const address = (name, more) => {
    const url = new URL(`${database.origin}${database.pathname}/_changes`);
    for (const [key, value] of Object.entries({ ...asked, feed: name, ...more })) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    return url.href;
  };
  const ways = waysOf(address, { limit, heartbeat, isFiltered: asked.filter !== undefined });
  const wanted = feed === "auto" ? ways : ways.filter(({ name }) => name === feed);
  /* Only a page says where the source stands, so it comes first where no position is known. */
  const beginning = wanted.includes(ways.at(-1)) ? [] : [{ ...ways.at(-1), beginning: true }];
  return poll(
    address("normal", { limit }),
    {
      every: EVERY,
      idleTimeout: heartbeat === false ? undefined : 4 * heartbeat,
      ...own,
      ...(body === undefined ? {} : { method: "POST", body }),
      fetch: (url, init) => incarnation.fetch(url, init),
      items: "/results",
      id: "/id",
      position: { item: "/seq", body: "/last_seq", missing: "keep" },
      resume: { query: "since" },
      words: { earliest: "0", latest: "now" },
      top: ["empty"],
    },
    {
      ...(hasOwnDelays(own.retry) ? {} : SPACINGS),
      sourceKind: "couch-changes",
      identity: `${database.origin}${database.pathname} ${JSON.stringify([asked.filter, asked.style, own.query, body])}`,
      incarnationHeader: INCARNATION,
      flag: { pointer: "/deleted", set: "deleted", unset: "change" },
      transports: [...wanted, ...beginning],
      /* Where rows come one by one, they are also parsed one by one. */
      ...(wanted.some(({ poll }) => poll === false) && { parsesRuns: false }),
    },
  );
}

/** How each feed is asked and read: what differs from a normal one. */
function waysOf(address, { limit, heartbeat, isFiltered }) {
  const beat = heartbeat === false ? undefined : heartbeat;
  const live = { poll: false, positionPointer: "/seq", positionQuery: "since", events: ["message"] };
  /* With a filter, a page may be short for other reasons than the end. */
  const tops = isFiltered ? [{ word: "empty" }, { word: "same-position" }] : [{ word: "empty" }, { short: limit }];
  const paged = (url) => ({ url, sources: [{ name: "", url }], tops });
  const ways = {
    eventsource: { ...live, url: address("eventsource", { heartbeat: beat }) },
    continuous: { ...live, url: address("continuous", { heartbeat: beat }), json: true, framing: "lines", standing: "/last_seq" },
    longpoll: { ...paged(address("longpoll", { limit, timeout: HELD })), hold: true },
    normal: paged(address("normal", { limit })),
  };
  return FEEDS.map((name) => ({ name, ...ways[name] }));
}

/** Checks what is CouchDB's own; `own` is what the stream checks. */
function checked(databaseUrl, options = {}) {
  const { feed = "auto", since, includeDocs, style, filter, query, docIds, selector, limit = LIMIT, heartbeat = HEARTBEAT, descending, ...own } =
    Object(options);
  oneOf("feed", feed, ["auto", ...FEEDS]);
  oneOf("style", style, ["main_only", "all_docs"]);
  if (descending !== undefined) throw misuse("descending changes lead away from where the stream goes on");
  if (since !== undefined && own.start !== undefined) throw misuse("since and start exclude each other");
  if (!Number.isSafeInteger(limit) || limit < 1) throw misuse("limit is no whole number from 1");
  if (heartbeat !== false && !(Number.isSafeInteger(heartbeat) && heartbeat > 0)) throw misuse("heartbeat is neither false nor a whole number from 1");
  kind("includeDocs", includeDocs, ["boolean"]);
  if (filter !== undefined && (typeof filter !== "string" || !filter)) throw misuse("filter is no name");
  if (query !== undefined && (typeof query !== "object" || query === null)) throw misuse("query is no object");
  if ([filter, docIds, selector].filter((given) => given !== undefined).length > 1) {
    throw misuse("filter, docIds and selector exclude each other");
  }
  if (docIds !== undefined && !(Array.isArray(docIds) && docIds.every((id) => typeof id === "string"))) {
    throw misuse("docIds is no array of ids");
  }
  const body = docIds ? { doc_ids: docIds } : selector && { selector };
  const named = docIds ? "_doc_ids" : selector && "_selector";
  const asked = { ...query, style, filter: filter ?? named, include_docs: includeDocs || undefined };
  return { database: base(databaseUrl), feed, limit, heartbeat, asked, body, own: { ...own, start: start(since, own.start) } };
}

/** The words of the source, or ours. */
function start(since, start) {
  if (since === undefined) return start;
  if (since === "now") return "latest";
  if (since === 0 || since === "0") return "earliest";
  /* A number may have been rounded before it came here. */
  if (typeof since !== "string" || !since) throw misuse('since is neither 0, "now" nor a position, which is a text');
  return { position: since };
}

/** Whether the application spaces attempts itself, alike for each cause. */
function hasOwnDelays(retry) {
  const { min, max, factor } = Object(retry);
  return min !== undefined || max !== undefined || factor !== undefined;
}

function base(databaseUrl) {
  let parsed;
  try {
    parsed = new URL(databaseUrl?.href ?? databaseUrl, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch {
    throw misuse("the database's URL is no URL", "bad-url");
  }
  const { protocol, username, password, search, hash, pathname } = parsed;
  if (!/^https?:$/.test(protocol) || username || password || search || hash || pathname === "/") {
    throw misuse("the database's URL is more, or other, than where HTTP requests can go, with the path of a database", "bad-url");
  }
  parsed.pathname = pathname.replace(/\/$/, "");
  return parsed;
}
