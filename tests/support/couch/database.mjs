// A database as CouchDB 3 keeps it: two shards, each with a sequence of its own, and of each document the newest
// change alone. A sequence of the whole is a vector of theirs: a number in front, which means nothing, and an
// opaque text that names the database too.

import { createHash } from "node:crypto";

const SHARDS = 2;

export class Database {
  /** In seconds, as `instance_start_time` has it. */
  created;
  #uuid;
  #shards = Array.from({ length: SHARDS }, () => []);
  /** Where the newest change of each document is: `{ shard, at, revision }`. */
  #documents = new Map();

  constructor(created) {
    this.created = created;
    this.#uuid = createHash("md5").update(String(created)).digest("hex").slice(0, 12);
  }

  get documents() {
    return this.#documents.size;
  }

  /** What `since` and the others are made of. */
  get end() {
    return this.#shards.map((shard) => shard.length);
  }

  get beginning() {
    return this.#shards.map(() => 0);
  }

  /** Writes a document anew; `text` is the JSON of its own fields, without braces. */
  write(id, { deleted = false, text = "" } = {}) {
    const before = this.#documents.get(id);
    const shard = before?.shard ?? createHash("md5").update(id).digest()[0] % SHARDS;
    const generation = (before?.generation ?? 0) + 1;
    const rev = `${generation}-${createHash("md5").update(`${this.#uuid} ${id} ${generation}`).digest("hex")}`;
    if (before) this.#shards[shard][before.at] = null;
    const at = this.#shards[shard].push({ id, rev, deleted, text }) - 1;
    this.#documents.set(id, { shard, at, generation, rev });
    return rev;
  }

  /** Where the newest change of a document is: its shard, and which change of that it is, from 1. */
  placeOf(id) {
    const { shard, at } = this.#documents.get(id);
    return { shard, number: at + 1 };
  }

  /** What a client that has seen everything knows: the newest revision of each document. */
  revisions() {
    return new Map([...this.#documents].map(([id, { rev }]) => [id, rev]));
  }

  seq(vector) {
    const number = vector.reduce((sum, own) => sum + own, 0);
    return `${number}-${Buffer.from(JSON.stringify([this.#uuid, ...vector])).toString("base64url")}`;
  }

  /** The vector of a sequence; of another database's, the beginning; of what is none, nothing. */
  vector(since) {
    const opaque = /^\d+-(.+)$/.exec(since)?.[1];
    try {
      const [uuid, ...vector] = JSON.parse(Buffer.from(opaque, "base64url"));
      return uuid === this.#uuid ? vector : this.beginning;
    } catch {
      return undefined;
    }
  }

  /** The changes behind a vector, which moves along. Shards take turns: there is no order between them. */
  *changes(vector) {
    for (let found = true; found; ) {
      found = false;
      for (const [number, shard] of this.#shards.entries()) {
        while (vector[number] < shard.length && shard[vector[number]] === null) vector[number] += 1;
        if (vector[number] >= shard.length) continue;
        const change = shard[vector[number]];
        vector[number] += 1;
        found = true;
        yield change;
      }
    }
  }

  pending(vector) {
    return [...this.changes([...vector])].length;
  }
}
