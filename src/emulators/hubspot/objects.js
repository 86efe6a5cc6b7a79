/** The objects of one type: as they are, and as search knows them, which is somewhat behind. */
import { Kinds, comparable, modifiedProperty } from "./kinds.js";

/** Ids are apart, and of more digits as time goes on: as texts they are in another order. */
const FIRST_ID = 51;
const ID_STEP = 50;

/** In what order each replica has what a sort does not tell apart. */
const RANKS = [(id) => Number(id), (id) => (Number(id) * 7919) % 10_007];

export class Objects {
  kinds;
  #modified;
  #delay;
  #nextId = FIRST_ID;
  /** By id; ids grow. A change makes a new object, so that the index can keep the old one. */
  #objects = new Map();
  #indexed = new Map();
  /** Changes that search does not know yet: `{ at, object }`. */
  #unindexed = [];
  /** The index in the orders that were asked for; ties are as a replica has them. */
  #orders = new Map();

  /** @param delay gives the milliseconds until a change can be searched */
  constructor(type, delay) {
    this.kinds = new Kinds(type);
    this.#modified = modifiedProperty(type);
    this.#delay = delay;
  }

  create(properties, now) {
    const id = String(this.#nextId);
    this.#nextId += ID_STEP;
    const date = new Date(now).toISOString();
    const given = this.#written(properties);
    const all = { ...given, createdate: date, hs_object_id: id, [this.#modified]: date };
    return this.#put({ id, properties: all, createdAt: date, updatedAt: date, archived: false }, now);
  }

  update(object, properties, now) {
    const date = new Date(now).toISOString();
    const all = { ...object.properties, ...this.#written(properties), [this.#modified]: date };
    return this.#put({ ...object, properties: all, updatedAt: date }, now);
  }

  archive(object, now) {
    const archivedAt = new Date(now).toISOString();
    return this.#put({ ...object, archived: true, archivedAt }, now);
  }

  get(id) {
    return this.#objects.get(id);
  }

  all() {
    return [...this.#objects.values()];
  }

  /** The objects with greater ids than `after`, archived ones or the others. */
  *behind(after, archived) {
    const first = Math.max(0, Math.floor((after - FIRST_ID) / ID_STEP) + 1);
    for (let id = FIRST_ID + first * ID_STEP; id < this.#nextId; id += ID_STEP) {
      const object = this.#objects.get(String(id));
      if (object.archived === archived) yield object;
    }
  }

  /**
   * What search knows, in the order of a property. The order among equal values is another one for
   * each of two replicas.
   */
  inOrder({ property, descending, replica, now }) {
    this.#index(now);
    const name = `${property} ${descending} ${replica}`;
    if (!this.#orders.has(name)) this.#orders.set(name, this.#ordered(property, descending, replica));
    return this.#orders.get(name);
  }

  #written(properties) {
    return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, this.kinds.written(name, value)]));
  }

  #put(object, now) {
    this.#objects.set(object.id, object);
    this.#unindexed.push({ at: now + this.#delay(), object });
    return object;
  }

  #index(now) {
    const due = this.#unindexed.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    this.#unindexed = this.#unindexed.filter(({ at }) => at > now);
    for (const { object } of due) {
      if (object.archived) this.#indexed.delete(object.id);
      /* What was indexed faster than the change before it is newer. */
      else if (!this.#objects.get(object.id).archived && !(this.#indexed.get(object.id)?.updatedAt > object.updatedAt)) {
        this.#indexed.set(object.id, object);
      }
    }
    this.#orders.clear();
  }

  #ordered(property, descending, replica) {
    const kind = this.kinds.of(property);
    const keyed = [...this.#indexed.values()].map((object) => {
      const text = object.properties[property] ?? null;
      return { object, key: text === null ? null : comparable(kind, text), rank: RANKS[replica](object.id) };
    });
    keyed.sort((one, other) => one.rank - other.rank);
    const way = descending ? -1 : 1;
    keyed.sort(({ key: one }, { key: other }) => {
      if (one === other) return 0;
      if (one === null || other === null) return one === null ? 1 : -1;
      return one < other ? -way : way;
    });
    return keyed.map(({ object }) => object);
  }
}
