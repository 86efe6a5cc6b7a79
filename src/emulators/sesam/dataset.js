/** A dataset: the changes that were made, the latest of each entity being what is handed out. */
import { createHash, randomUUID } from "node:crypto";
import { FORMS } from "./updated.js";

/** Fields that the dataset itself fills. */
const OWN = ["_id", "_updated", "_previous", "_ts", "_hash"];

export class Dataset {
  generation = randomUUID();
  /** `{ uuid, offset }` after a restore from a backup. */
  restored = null;
  populated;
  filtered;
  /** Microseconds; null where it is always now. */
  completeness = null;
  first;
  /** Every change: `{ number, micros, previous, id, rank, fields, json }`. */
  changes = [];
  cap;
  #form;
  #isChronological;
  #hasSince;
  #subsets;
  /** The number of each entity's latest change. */
  #latest = new Map();

  /** Options are those of `SesamDatasetOptions`. */
  constructor({ updated = "integer", first = 0, chronological = true, since = true, cap = Infinity, subsets = [], populated = true, filtered = false }) {
    this.#form = FORMS[updated];
    if (!this.#form) throw new TypeError(`updated is none of ${Object.keys(FORMS).join(", ")}`);
    this.first = BigInt(first);
    this.cap = cap;
    this.populated = populated;
    this.filtered = filtered;
    this.#isChronological = chronological;
    this.#hasSince = since;
    this.#subsets = subsets;
  }

  /** Changes an entity; deleting one is a change too. */
  put({ _id: id, ...entity }, now) {
    if (typeof id !== "string") throw new TypeError("an entity's _id is a text");
    const fields = Object.fromEntries(Object.entries(entity).filter(([name]) => !OWN.includes(name)));
    const micros = Math.max(now * 1000, (this.changes.at(-1)?.micros ?? 0) + 1);
    const previous = this.#latest.get(id) ?? null;
    const change = { number: this.changes.length, micros, previous, id, rank: hashOf(id), fields };
    change.json = this.#written(change);
    this.changes.push(change);
    this.#latest.set(id, change.number);
  }

  /** All entities, as they are handed out. */
  entities() {
    return this.#behind(-1).map(({ json }) => JSON.parse(json));
  }

  /** Forgets all that came behind a change. */
  restore(number) {
    this.changes.length = Math.min(this.changes.length, number + 1);
    this.#latest = new Map(this.changes.map(({ id, number }) => [id, number]));
    this.restored = { uuid: randomUUID(), offset: String(this.first + BigInt(number)) };
  }

  /** The number that `since` stands for; undefined where it stands for none. */
  since(text) {
    return this.#hasSince ? this.#form.since(text, this) : -1;
  }

  /** The test that a subset is, or undefined where there is no such subset. */
  subset([operator, field, value]) {
    if (operator !== "eq" || !this.#subsets.includes(field)) return undefined;
    const name = field.replace(/^_S\./, "");
    return ({ fields }) => fields[name] === value;
  }

  /** The JSON texts of entities changed behind a number, in the dataset's order. */
  page(number, limit, isWanted = () => true) {
    const page = [];
    const all = this.#isChronological ? this.#inOrder(number) : this.#behind(number);
    for (const change of all) {
      if (page.length >= limit) break;
      if (isWanted(change)) page.push(change.json);
    }
    return page;
  }

  /** The greatest `_updated`, as JSON, or undefined where there is none. */
  get maxUpdated() {
    const last = this.changes.at(-1);
    return last && this.#form.json(last, this);
  }

  *#inOrder(number) {
    for (let next = number + 1; next < this.changes.length; next += 1) {
      const change = this.changes[next];
      if (this.#latest.get(change.id) === next) yield change;
    }
  }

  /** In chronological order or, where that is not the dataset's, in one that has nothing to do with it. */
  #behind(number) {
    const all = [...this.#inOrder(number)];
    return this.#isChronological ? all : all.sort((one, other) => (one.rank < other.rank ? -1 : 1));
  }

  #written(change) {
    const { id, fields, micros, previous } = change;
    const content = JSON.stringify(fields, transit);
    const own = [
      `"_id":${JSON.stringify(id)}`,
      `"_updated":${this.#form.json(change, this)}`,
      `"_previous":${previous === null ? "null" : this.#form.json(this.changes[previous], this)}`,
      `"_ts":${micros}`,
      `"_hash":"${hashOf(content)}"`,
    ];
    return `{${own.join()}${content === "{}" ? "}" : `,${content.slice(1)}`}`;
  }
}

/** Dates travel as texts that say so. `this` is what holds the value, which JSON.stringify has already made a text of. */
function transit(name, value) {
  return this[name] instanceof Date ? `~t${this[name].toISOString()}` : value;
}

function hashOf(text) {
  return createHash("md5").update(text).digest("hex");
}
