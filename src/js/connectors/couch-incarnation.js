/**
 * A database that was dropped and made anew under its name takes positions of the old one, without a word:
 * CouchDB sends all there is, PouchDB nothing until it has come as far as the old one. The database itself says
 * more, so it is asked behind each answer that begins a stream, and behind one page a minute.
 */

/** The response header in which the stream is told which incarnation it reads. */
export const INCARNATION = "brookmark-incarnation";

const CHECK_EVERY = 60_000;

export class Incarnation {
  #database;
  #fetch;
  #checked = -Infinity;

  /** @param database its URL */
  constructor(database, fetch) {
    this.#database = database.href;
    this.#fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** As fetch. */
  async fetch(url, init) {
    const response = await this.#fetch(url, init);
    const { searchParams: asked } = new URL(url);
    if (response.status !== 200 || !this.#isDue(asked)) return response;
    const found = await this.#look(asked.get("since"), init);
    this.#checked = performance.now();
    if (found === undefined) return response;
    const headers = new Headers(response.headers);
    headers.set(INCARNATION, found);
    return new Response(response.body, { headers });
  }

  #isDue(asked) {
    const isPage = /^(normal|longpoll)$/.test(asked.get("feed"));
    const isFirst = /^(0|now)$/.test(asked.get("since") ?? "0");
    return isFirst || !isPage || performance.now() - this.#checked >= CHECK_EVERY;
  }

  /** @returns what changes when the database is made anew, or nothing where it does not tell */
  async #look(since, { headers, signal, credentials, cache }) {
    try {
      const response = await this.#fetch(this.#database, { method: "GET", headers, signal, credentials, cache });
      if (response.status === 200) return incarnationOf(await response.text(), since);
      await response.body?.cancel();
    } catch {
      /* No answer, or none of a database. If something is wrong, the changes will tell. */
    }
    return undefined;
  }
}

/**
 * CouchDB says when the database was created, from 3.3 on; before, that is 0. In PouchDB it is when the server was started,
 * which says nothing. But its sequences are numbers, and it takes anything for one: what is none, or one that it has not come
 * to, is of another database, and the text is then empty.
 */
function incarnationOf(text, since) {
  const { update_seq: last, instance_start_time: created } = JSON.parse(text);
  if (typeof last !== "number") return created === undefined || created === "0" ? undefined : `${created}`;
  const digits = /"update_seq"\s*:\s*(\d+)/.exec(text)[1];
  const isKnown = since === null || since === "now" || (/^\d+$/.test(since) && BigInt(since) <= BigInt(digits));
  return isKnown ? undefined : "";
}
