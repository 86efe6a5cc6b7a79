/** Checks what the application says of a source that is polled, and makes of it what the engine takes. */
import { misuse } from "./errors.js";
import { checkObject, identity, isSecret, list, number, oneOf, optional, parseUrl, pointer, sourceOptions } from "./options.js";
import { isPlain, keysOf, token } from "./place.js";

const KINDS = ["opaque", "text", "decimal", "rfc3339", "epoch-s", "epoch-ms", "epoch-us", "epoch-ns"];
const TOPS = ["empty", "same-position", "no-next"];

/** A request that the source holds may take as long to be answered as an open connection may be silent. */
const HELD = 300_000;

/** @returns what `src/web/poll.rs` reads, and what a connection needs */
export function pollOptions(url, options) {
  checkObject(options);
  const bodyPlaces = [];
  const sources = sourcesOf(url, options.sources);
  const position = positionOf(options, bodyPlaces);
  const places = [options.resume ?? []].flat().map((place) => slot("resume", place, bodyPlaces));
  const paging = pagingOf(options.page, bodyPlaces);
  const carrier = carrierOf(places, position, options);
  checkSense(options, position, places, paging, sources);
  const address = parseUrl(sources[0].url);
  const { repeatable = true, connectTimeout = options.longPoll ? HELD : undefined } = options;
  return {
    ...sourceOptions(address, { ...options, start: startOf(options.start), repeatable, connectTimeout }, { bodyPlaces, ...carrier }),
    poll: true,
    carrier,
    sources,
    origin: address.origin,
    identity: fingerprint(sources, options),
    items: pointer("items", options.items),
    itemId: pointer("id", options.id),
    itemType: pointer("type", options.type),
    unique: list("unique", options.unique)?.map((own) => pointer("unique", own)),
    ...position,
    places,
    earliest: optional("words.earliest", options.words?.earliest, "string"),
    latest: optional("words.latest", options.words?.latest, "string"),
    paging,
    tops: topsOf(options.top, position, paging),
    overlap: number("overlap", options.overlap, 0),
    settle: number("settle", options.settle, 0),
    ...everyOf(options),
    conditional: optional("conditional", options.conditional, "boolean") === true,
    expired: expiredOf(options.expired),
    failure: pointer("failure", options.failure),
    incarnation: options.incarnation && found("incarnation", options.incarnation),
    interval: options.interval && found("interval", options.interval),
    ...rescanOf(options, position, sources),
    maxPageBytes: number("maxPageBytes", options.maxPageBytes, 1),
  };
}

/** One source without a name, or several with one. */
function sourcesOf(url, sources) {
  if (sources === undefined) return [{ name: "", url: parseUrl(url).href }];
  const entries = Object.entries(Object(sources));
  if (entries.length === 0 || entries.some(([name]) => !name)) throw misuse("bad-option", "sources is no object of names and URLs");
  const parsed = entries.map(([name, own]) => ({ name, url: parseUrl(new URL(own, parseUrl(url)).href).href }));
  if (parsed.some((source) => new URL(source.url).origin !== new URL(parsed[0].url).origin)) {
    throw misuse("bad-option", "sources are not all of one origin");
  }
  return parsed;
}

/** What a place in a request is, for the engine; places in the body are kept in a list of their own. */
function slot(option, place, bodyPlaces) {
  const { query, header, body, path, url, number: isNumber } = Object(place);
  const given = [query, header, body, path, url].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw misuse("bad-option", `${option} names neither a query parameter, a header, a place in the body, in the path, nor the URL`);
  }
  if (body !== undefined) {
    bodyPlaces.push({ keys: keysOf(option, body), number: isNumber === true });
    return { body: bodyPlaces.length - 1, number: isNumber === true };
  }
  if (url !== undefined) return { url: true };
  if (header !== undefined) return { header: token(`${option}.header`, header) };
  const name = query ?? path;
  if (typeof name !== "string" || !name) throw misuse("bad-option", `${option} names a place that is no text`);
  return query === undefined ? { path: encodeURIComponent(name) } : { query };
}

/** Where something is in an answer. */
function found(option, place) {
  const { body, header, link } = Object(place);
  const given = [body, header, link].filter((value) => value !== undefined);
  if (given.length !== 1 || typeof given[0] !== "string") {
    throw misuse("bad-option", `${option} says neither body, header nor link`);
  }
  if (body !== undefined) return { body: pointer(`${option}.body`, body) };
  return header === undefined ? { link } : { header: token(`${option}.header`, header).toLowerCase() };
}

function positionOf({ position, until, order }, bodyPlaces) {
  const { item, key, kind, send, missing, inclusive, ...answer } = Object(position);
  oneOf("position.kind", kind, KINDS);
  oneOf("position.send", send, KINDS);
  optional("position.inclusive", inclusive, "boolean");
  const form = { kind, sent: send, inclusive: inclusive === true, keepMissing: oneOf("position.missing", missing, ["fail", "keep"]) === "keep" };
  if (until !== undefined) return { ...form, until: slot("until", until, bodyPlaces) };
  if (item === undefined) return { ...form, position: found("position", answer) };
  const itemKey = pointer("position.key", key);
  return {
    ...form,
    itemPosition: pointer("position.item", item),
    position: Object.keys(answer).length > 0 ? found("position", answer) : undefined,
    itemKey,
    order: oneOf("order", order, ["ascending", "unordered", "newest-first"]) ?? "ascending",
  };
}

function pagingOf(page, bodyPlaces) {
  if (page === undefined) return undefined;
  const { to, cap, first, item, ...answer } = Object(page);
  return {
    ...(item === undefined ? found("page", answer) : { item: pointer("page.item", item) }),
    to: slot("page.to", to, bodyPlaces),
    first: optional("page.first", first, "string"),
    cap: number("page.cap", cap, 1),
  };
}

/** What `sendable` looks at for a position that the application names. */
function carrierOf(places, position, { sources }) {
  const [first] = places;
  const carrier = { positionQuery: "query" };
  if (first?.header) Object.assign(carrier, { positionHeader: first.header, positionQuery: undefined });
  return { ...carrier, ...(sources === undefined ? {} : { part: "sources" }) };
}

function topsOf(top, { itemPosition }, paging) {
  if (top !== undefined) {
    return [top].flat().map((test) => {
      if (typeof test === "string") return { word: oneOf("top", test, TOPS) };
      const { flag, short } = Object(test);
      if (flag === undefined) return { short: number("top.short", short, 1) };
      return { flag: pointer("top.flag", flag) };
    });
  }
  if (paging) return [{ word: paging.item === undefined ? "no-next" : "empty" }];
  return itemPosition === undefined ? [{ word: "empty" }, { word: "same-position" }, { word: "no-next" }] : [{ word: "empty" }, { word: "same-position" }];
}

function everyOf({ every = 60_000, longPoll }) {
  if (optional("longPoll", longPoll, "boolean")) return { hold: true };
  if (every === false) return {};
  const { min, max } = typeof every === "number" ? { min: every, max: every } : Object(every);
  const least = number("every", min, 0);
  if (least === undefined) throw misuse("bad-option", "every is neither a number, { min, max } nor false");
  return { everyMin: least, everyMax: number("every.max", max, least) ?? least };
}

function expiredOf(statuses = [410]) {
  if (!Array.isArray(statuses)) throw misuse("bad-option", "expired is no array of statuses");
  return statuses.map((status) => ({ status: number("expired", status, 400, 599) }));
}

/** The names that a cron expression may have. Other letters are extensions that not everybody has: `L`, `W`. */
const CRON_NAMES = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC SUN MON TUE WED THU FRI SAT".split(" ");

function rescanOf({ rescan, id, every: pause, longPoll }, { order, until }, sources) {
  if (rescan === undefined) return {};
  const { every, cron } = Object(rescan);
  const deletions = optional("rescan.deletions", rescan?.deletions, "boolean") === true;
  const beside = optional("rescan.beside", rescan?.beside, "boolean") === true;
  const isBoth = every !== undefined && cron !== undefined;
  /* Else `rescan()` of the stream says when. */
  const isNeither = every === undefined && cron === undefined && !deletions && !beside;
  if (isBoth || isNeither) throw misuse("bad-option", "rescan says neither every nor cron, or both");
  if (deletions && id === undefined) throw misuse("bad-option", "rescan.deletions needs id");
  if (deletions && sources.length > 1) throw misuse("bad-option", "rescan.deletions is for one source");
  if (deletions && (order === "newest-first" || until !== undefined)) {
    throw misuse("bad-option", 'rescan.deletions needs runs that list every item, which order: "newest-first" and until do not');
  }
  if (beside && (order === "newest-first" || longPoll || pause === false)) {
    throw misuse("bad-option", 'rescan.beside needs increments that come and go, with every, and neither longPoll nor order: "newest-first"');
  }
  return { rescanEvery: number("rescan.every", every, 2), rescanCron: cronOf(cron), deletions, beside };
}

/** What can be said without the library; the rest is found out when the stream begins. */
function cronOf(cron) {
  if (optional("rescan.cron", cron, "string") === undefined) return undefined;
  const fields = cron.trim().split(/\s+/);
  const names = cron.toUpperCase().match(/[A-Z]+/g) ?? [];
  const isPlain = fields.every((field) => /^[A-Za-z0-9*,/?-]+$/.test(field)) && names.every((name) => CRON_NAMES.includes(name));
  if (!isPlain || fields.length < 5 || fields.length > 6) {
    throw misuse("bad-option", "rescan.cron is no expression of five or six fields, of numbers, names of months and days, and * , - / ?");
  }
  return cron;
}

/** A table is read from its beginning, unless the application wants only what is new. */
function startOf(start) {
  return start ?? "earliest";
}

/** What combinations mean something; the others would lose items, or loop. */
function checkSense(options, position, places, paging, sources) {
  const { itemPosition, itemKey, order, until, kind = "opaque" } = position;
  const isTime = kind === "rfc3339" || kind.startsWith("epoch");
  const wrong = (why) => {
    throw misuse("bad-option", why);
  };
  if (places.length === 0 && order !== "newest-first") wrong("resume does not say where the position goes");
  if (places.length > (itemKey === undefined ? 1 : 2)) wrong("resume names more places than a position has components");
  if (until !== undefined && !isTime) wrong("until needs a position.kind that is a time");
  if (until === undefined && options.settle > 0 && !(isTime && itemPosition !== undefined)) wrong("settle needs items whose positions are times, or until");
  if (options.overlap > 0 && (itemPosition === undefined || itemKey !== undefined || !(isTime || kind === "decimal"))) {
    wrong("overlap needs items whose positions are numbers or times");
  }
  if (order === "unordered" && kind === "opaque") wrong("order: \"unordered\" needs a position.kind that can be compared");
  const isPlateau = options.position?.inclusive === true && itemKey === undefined && !paging && until === undefined;
  const knowsSize = [options.top].flat().some((test) => typeof test?.short === "number");
  if (isPlateau && !knowsSize) wrong("position.inclusive needs page, position.key or top: { short }, so that a page full of one position is noticed");
  if (options.incarnation !== undefined && sources.length > 1) wrong("incarnation is for one source");
}

/** A bookmark is not used for a source that is asked, or read, in another way. A source that is added is no other one. */
function fingerprint(sources, { items, position, resume, until, order, type, body }) {
  const address = new URL(sources[0].url);
  const place = [resume ?? []].flat()[0]?.query;
  const where = sources[0].name ? address.origin : identity(address, place);
  const filter = isPlain(body) ? JSON.stringify(body, (name, value) => (isSecret(name) ? undefined : value)) : null;
  return `${where} ${JSON.stringify([items, position, resume, until, order, type, filter])}`;
}
