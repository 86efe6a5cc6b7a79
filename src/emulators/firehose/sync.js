/**
 * The Sync API, in which the server remembers what each device has acknowledged.
 *
 * What was fetched and not acknowledged comes again in the device's next session. A device that is
 * new gets all there is, without what was deleted.
 */
import { randomUUID } from "node:crypto";
import { Refused } from "../lib/service.js";
import { typeOf } from "./resources.js";

const PAGE = 100;
const MOST_SESSIONS = 100;

export class Sync {
  #account;
  /** By token and device: the revisions that it has acknowledged, by type and id. */
  #devices = new Map();
  /** By id: `{ device, queue }`. A device has one at most. */
  #sessions = new Map();

  constructor(account) {
    this.#account = account;
  }

  /** What `/v2/sync/…` answers: `{ status, result }`. */
  reply({ method, segments, headers, body }, token) {
    const device = `${token} ${uuidIn(headers)}`;
    const [, , ...path] = segments;
    switch (`${method} ${path.length === 3 ? `:id/${path.slice(1).join("/")}` : path.join("/")}`) {
      case "POST start":
        return this.#begin(device);
      case "GET :id/queues/main":
        return this.#fetch(device, path[0]);
      case "POST ack":
        return this.#acknowledge(device, body);
      default:
        throw new Refused(404, "There is no such resource", { code: "incorrect_path" });
    }
  }

  #begin(device) {
    for (const [id, session] of this.#sessions) if (session.device === device) this.#sessions.delete(id);
    const queue = this.#missing(device);
    if (queue.length === 0) return { status: 204 };
    if (this.#sessions.size >= MOST_SESSIONS) throw new Refused(429, "Too many sessions are active");
    const id = randomUUID();
    this.#sessions.set(id, { device, queue });
    const data = { name: "main", pages: Math.ceil(queue.length / PAGE), total_count: queue.length };
    return { status: 201, result: { data: { id, queues: [{ data, meta: { type: "sync_queue" } }] }, meta: { type: "sync_session" } } };
  }

  #fetch(device, id) {
    const session = this.#sessions.get(id);
    if (session?.device !== device) throw new Refused(404, "There is no such session");
    const items = session.queue.splice(0, PAGE);
    if (items.length > 0) {
      return { status: 200, result: { items, meta: { type: "collection", count: items.length, count_left: session.queue.length } } };
    }
    this.#sessions.delete(id);
    return { status: 204 };
  }

  #acknowledge(device, body) {
    const keys = body?.data?.ack_keys;
    if (!Array.isArray(keys)) throw new Refused(422, "ack_keys is no array", { field: "/data/ack_keys" });
    const known = this.#devices.get(device) ?? new Map();
    this.#devices.set(device, known);
    for (const key of keys) {
      const [, entity, revision] = /^([a-z_]+-[0-9]+)-([0-9]+)$/.exec(key) ?? [];
      if (entity) known.set(entity, Math.max(known.get(entity) ?? 0, Number(revision)));
    }
    return { status: 202 };
  }

  /** What the device has not acknowledged as it is now. */
  #missing(device) {
    const known = this.#devices.get(device) ?? new Map();
    return Object.entries(this.#account.entities).flatMap(([resource, entities]) => {
      const type = typeOf(resource);
      return [...entities].flatMap(([id, { data, sequence, isDeleted }]) => {
        const acknowledged = known.get(`${type}-${id}`);
        if (acknowledged === undefined ? isDeleted : acknowledged >= sequence) return [];
        const event = isDeleted ? "deleted" : acknowledged === undefined ? "created" : "updated";
        const sync = { event_type: event, ack_key: `${type}-${id}-${sequence}`, revision: sequence };
        return [{ data, meta: { type, sync } }];
      });
    });
  }
}

function uuidIn(headers) {
  const uuid = headers["x-basecrm-device-uuid"];
  if (!uuid) throw new Refused(400, "X-Basecrm-Device-UUID is required", { code: "invalid_header", field: "/X-Basecrm-Device-UUID" });
  return uuid;
}
