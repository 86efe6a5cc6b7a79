/**
 * Objects of HubSpot's CRM for whoever pulls them: from any object on, since each has a place of its own. That is a window of time and
 * the id in it.
 */
import { BrookmarkError, poll } from "brookmark";
import { cancel } from "../shell/cancel.js";
import { misuse } from "./checks.js";
import { HubspotAccess } from "./hubspot-access.js";
import { checked } from "./hubspot-options.js";
import { AFTER, FOUND, SETTLE, searchOf } from "./hubspot-search.js";

/** Clocks of servers show whole seconds, and answers take their time. */
const TOLERANCE = 2_000;

/** So long that places are in the order of their bytes, too. */
const ID_DIGITS = 20;

/** @returns a source for `pullHandler` */
export function hubspotSource(options) {
  const { address, object, properties, by, own } = checked(options);
  if (by === "list") throw misuse("a list has no order of changes to be pulled in");
  const { settle = SETTLE, fetch, ...rest } = own;
  const access = new HubspotAccess(fetch, { isSearch: true });
  /* What the names of the properties are too many for is said now. */
  searchOf({ object, properties });

  /** The objects of a window behind an id. */
  async function* objects(window, after, { limit, signal }) {
    const stream = poll(`${address}/search`, {
      ...rest,
      method: "POST",
      body: searchOf({ object, properties }, { since: window.since, limit: Math.min((limit ?? FOUND) + 1, FOUND) }),
      items: "/results",
      id: "/id",
      position: { item: "/id", kind: "decimal" },
      start: after === "0" ? "earliest" : { position: after },
      words: { earliest: "0" },
      resume: AFTER,
      top: "empty",
      /* Somebody waits for the answer. */
      every: false,
      retry: false,
      signal,
      fetch: (url, init) => window.fetch(access, url, init),
    });
    for await (const { id, data, position } of stream) yield { id, data, position: window.placeOf(position) };
  }

  return async function* (since, { limit = null, signal } = {}) {
    let end = "0";
    if (since !== null) {
      const { window, after } = placeIn(since);
      yield* objects(window, after, { limit, signal });
      end = window.until;
    }
    const until = Math.max(Date.now() - settle, Number(end));
    yield* objects(new Window(end, String(until), settle), "0", { limit, signal });
  };
}

class Window {
  since;
  until;
  /** By how much its end is to be behind the service's clock, while that is still to be seen. */
  #settle;

  constructor(since, until, settle) {
    this.since = since;
    this.until = until;
    this.#settle = settle;
  }

  /** The window ends by the service's clock: where the first answer shows that ours is another, it is asked for again. */
  async fetch(access, url, init) {
    const response = await access.fetch(url, this.#within(init));
    const latest = Date.parse(response.headers.get("date")) - this.#settle;
    this.#settle = undefined;
    if (!(Math.abs(latest - Number(this.until)) > TOLERANCE)) return response;
    cancel(response.body);
    this.until = String(Math.max(latest, Number(this.since)));
    return access.fetch(url, this.#within(init));
  }

  #within(init) {
    const body = JSON.parse(init.body);
    body.filterGroups[0].filters[1].value = this.until;
    return { ...init, body: JSON.stringify(body) };
  }

  placeOf(id) {
    return `${this.since}-${this.until}-${id.padStart(ID_DIGITS, "0")}`;
  }
}

function placeIn(text) {
  const [, since, until, id] = /^([0-9]{1,15})-([0-9]{1,15})-0*([0-9]+)$/.exec(text) ?? [];
  if (id === undefined) {
    throw new BrookmarkError({ code: "position-refused", culprit: "peer", retryable: false, message: "that is no place among the objects" });
  }
  return { window: new Window(since, until), after: id };
}
