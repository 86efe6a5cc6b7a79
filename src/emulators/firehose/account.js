/** What an account holds, and the events of its changes. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Log } from "./log.js";
import { RESOURCES, shown, typeOf } from "./resources.js";

export class Account {
  /** By resource: the events. */
  logs = Object.fromEntries(Object.keys(RESOURCES).map((resource) => [resource, new Log()]));
  /** By resource, then id: `{ data, sequence, isDeleted }`. */
  entities = Object.fromEntries(Object.keys(RESOURCES).map((resource) => [resource, new Map()]));
  #lastSequence = 0;
  /** By resource. */
  #lastIds = {};
  /** Ranges of entities that nobody has changed yet. */
  #fills = [];

  /** Creates what has no id or an unknown one, and updates what has a known one; gives the event. */
  change(resource, fields, { cause, now }) {
    const time = timeText(now);
    const { id = this.#nextId(resource) } = fields;
    const before = this.find(resource, id)?.data;
    this.#lastIds[resource] = Math.max(this.#lastIds[resource] ?? 0, id);
    const data = { ...(before ?? fresh(resource, id, time)), ...structuredClone(fields), updated_at: time };
    if (!before) return this.#publish(resource, data, { type: "created", cause, now });
    const [old, recent] = [before, data].map((one) => shown(one, resource));
    const isSame = ([name, value]) => isDeepStrictEqual(value, old[name]);
    const changed = Object.entries(recent).filter((entry) => !isSame(entry)).map(([name]) => [name, old[name] ?? null]);
    return this.#publish(resource, data, { type: "updated", cause, now, previous: Object.fromEntries(changed) });
  }

  remove(resource, id, { cause, now }) {
    const entity = this.find(resource, id);
    if (!entity) throw new TypeError(`there is no ${typeOf(resource)} ${id}`);
    return this.#publish(resource, entity.data, { type: "deleted", cause, now });
  }

  /** What an id names, where it is there. */
  find(resource, id) {
    const entity = this.entities[resource].get(id) ?? this.#filled(resource, id);
    return entity?.isDeleted ? undefined : entity;
  }

  /** Events of so many new ones, written when they are read: no memory is taken for each. */
  fill(resource, count, now) {
    const firstId = (this.#lastIds[resource] ?? 0) + 1;
    const firstSequence = this.#lastSequence + 1;
    this.#lastIds[resource] = firstId + count - 1;
    this.#lastSequence += count;
    this.#fills.push({ resource, firstId, firstSequence, count, now });
    const salt = randomBytes(9).toString("base64url");
    const data = shown(fresh(resource, "{number}", timeText(now)), resource);
    const meta = metaOf({ resource, eventId: `${salt}{number}`, type: "created", cause: "system", sequence: "{number}", now });
    const [start, behindId, behindEvent, end] = JSON.stringify({ data, meta }).split(/"\{number\}"|\{number\}/);
    const item = (n) => {
      const event = String(n).padStart(EVENT_ID_LENGTH - salt.length, "0");
      return start + (firstId + n) + behindId + event + behindEvent + (firstSequence + n) + end;
    };
    this.logs[resource].append({ length: count, time: now, item });
  }

  /** The last events once more: other event ids, the same snapshots and sequences. */
  repeat(resource, count, now) {
    for (const text of this.logs[resource].last(count)) {
      const { data, meta } = JSON.parse(text);
      this.#append(resource, { data, meta: { ...meta, event_id: newEventId() } }, now);
    }
  }

  #filled(resource, id) {
    const fill = this.#fills.find((one) => one.resource === resource && id >= one.firstId && id < one.firstId + one.count);
    return fill && { data: fresh(resource, id, timeText(fill.now)), sequence: fill.firstSequence + id - fill.firstId, isDeleted: false };
  }

  #nextId(resource) {
    return (this.#lastIds[resource] ?? 0) + 1;
  }

  #publish(resource, data, { type, cause, now, previous }) {
    const sequence = ++this.#lastSequence;
    this.entities[resource].set(data.id, { data, sequence, isDeleted: type === "deleted" });
    const meta = metaOf({ resource, eventId: newEventId(), type, cause, sequence, now });
    return this.#append(resource, { data: shown(data, resource), meta: { ...meta, ...(previous && { previous }) } }, now);
  }

  #append(resource, event, time) {
    const text = JSON.stringify(event);
    this.logs[resource].append({ time, item: () => text });
    return JSON.parse(text);
  }
}

const EVENT_ID_LENGTH = 22;

const newEventId = () => randomBytes(16).toString("base64url");

/** Whole seconds, UTC. */
const timeText = (time) => new Date(time).toISOString().replace(/\.[0-9]+/, "");

function fresh(resource, id, time) {
  return { id, ...structuredClone(RESOURCES[resource]), created_at: time, updated_at: time };
}

function metaOf({ resource, eventId, type, cause, sequence, now }) {
  return {
    event_id: eventId,
    event_type: type,
    event_cause: cause,
    event_time: timeText(now),
    sequence,
    type: typeOf(resource),
  };
}
