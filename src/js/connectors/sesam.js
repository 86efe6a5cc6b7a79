/** Sesam, or whatever else speaks its JSON Pull Protocol. */
import { poll } from "brookmark";
import { kind, misuse, oneOf } from "./checks.js";
import { beside, withHeader } from "./exchange.js";

/** Where the stream hands over what a source without `since` does not know; they are not sent. */
const SINCE = "brookmark-since";
const UNTIL = "brookmark-until";

/** The header by which the stream knows one dataset from another of its name. */
const DATASET = "brookmark-dataset";

/** How `_updated` is compared, by what it is. */
const KINDS = { integer: "decimal", text: "text", datetime: "rfc3339" };

/**
 * How a dataset is read. A source may have a cap of its own, so that only an empty answer is the end of what is
 * read page by page.
 */
const STRATEGIES = {
  chronological: (updated) => ({
    position: { item: "/_updated", kind: KINDS[updated] ?? "opaque" },
    resume: { query: "since" },
    top: "empty",
  }),
  max: (updated) => ({
    position: { item: "/_updated", kind: KINDS[updated] },
    order: "unordered",
    resume: { query: "since" },
  }),
  /* All of it each time: the place is when it was read last, and what has not changed since is known. */
  none: () => ({ position: { kind: "epoch-ms" }, resume: { query: SINCE }, until: { query: UNTIL } }),
};

/** Consumes a dataset. */
export function sesam(url, options) {
  const { address, strategy, updated, own } = checked(url, options);
  const fetch = own.fetch ?? ((target, init) => globalThis.fetch(target, init));
  return poll(
    address,
    {
      every: EVERY,
      ...own,
      id: "/_id",
      incarnation: { header: DATASET },
      ...STRATEGIES[strategy](updated),
      fetch: async (target, init) => named(await fetch(beside(target, SINCE, UNTIL).url, init)),
    },
    { identity: identityOf(address, strategy) },
  );
}

function checked(url, options) {
  const { supportsSince = false, isChronological = false, isSinceComparable = true, updated, limit, subset, ...own } = Object(options);
  for (const [name, flag] of Object.entries({ supportsSince, isChronological, isSinceComparable })) kind(name, flag, ["boolean"]);
  oneOf("updated", updated, Object.keys(KINDS));
  kind("fetch", own.fetch, ["function"]);
  const strategy = strategyOf({ supportsSince, isChronological, isSinceComparable });
  if (strategy === "max" && updated === undefined) {
    throw misuse("updated does not say what _updated is, so that the greatest cannot be known");
  }
  if (limit !== undefined) {
    if (!(Number.isInteger(limit) && limit > 0)) throw misuse("limit is no number of entities");
    if (strategy !== "chronological") throw misuse("limit needs a source that is chronological: of any other, the rest would be lost");
  }
  const address = new URL(addressOf(url));
  if (limit !== undefined) address.searchParams.set("limit", String(limit));
  if (subset !== undefined) address.searchParams.set("subset", JSON.stringify(subset));
  return { address, strategy, updated, own };
}

/** How it is read decides what a position is. How much at a time does not. */
function identityOf({ origin, pathname, searchParams }, strategy) {
  return `sesam ${strategy} ${origin}${pathname} ${searchParams.get("subset") ?? ""}`;
}

/** As Sesam decides. */
function strategyOf({ supportsSince, isChronological, isSinceComparable }) {
  if (!supportsSince) return "none";
  if (isChronological) return "chronological";
  return isSinceComparable ? "max" : "none";
}

function addressOf(url) {
  try {
    return new URL(url, globalThis.location?.href).href;
  } catch {
    throw misuse("the URL is none", "bad-url");
  }
}

/** A dataset that was dropped, or restored from a backup, is another one. */
function named(response) {
  const generation = response.headers.get("x-dataset-generation");
  const restored = response.headers.get("x-dataset-restore-uuid");
  const names = [generation, restored].filter((name) => name !== null);
  return names.length > 0 ? withHeader(response, DATASET, names.join(" ")) : response;
}

/** As of Sesam's own pipes. */
const EVERY = 900_000;
