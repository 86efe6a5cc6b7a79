/** The Core API, as far as clients need it to make changes: `/v2/{resource}` and `/v2/{resource}/{id}`. */
import { Refused } from "../lib/service.js";
import { RESOURCES, typeOf } from "./resources.js";

const DEFAULT_PER_PAGE = 25;
const LARGEST_PER_PAGE = 100;

/** `{ status, result }` of a request; a change is an event as any other. */
export function rest({ method, segments, query, body }, { account, now }) {
  const [, resource, idText, ...rest] = segments;
  if (!Object.hasOwn(RESOURCES, resource) || rest.length > 0) throw noSuchPath();
  const type = typeOf(resource);
  const shown = (data) => ({ data, meta: { type } });
  const how = { cause: "interaction", now };
  if (idText === undefined) {
    if (method === "GET") return { status: 200, result: list(account.entities[resource], query, shown) };
    if (method !== "POST") throw noSuchPath();
    return { status: 200, result: shown(change(account, resource, fieldsIn(body), how)) };
  }
  const id = Number(idText);
  const entity = account.find(resource, id);
  if (!entity) throw new Refused(404, `There is no ${type} ${idText}`, { resource: type });
  switch (method) {
    case "GET":
      return { status: 200, result: shown(entity.data) };
    case "PUT":
      return { status: 200, result: shown(change(account, resource, { ...fieldsIn(body), id }, how)) };
    case "DELETE":
      account.remove(resource, id, how);
      return { status: 204 };
    default:
      throw noSuchPath();
  }
}

function change(account, resource, fields, how) {
  if (fields.name === "") throw new Refused(422, "can't be blank", { resource: typeOf(resource), field: "/name" });
  const { data } = account.change(resource, fields, how);
  return account.find(resource, data.id).data;
}

function fieldsIn(body) {
  const fields = body?.data;
  if (typeof fields !== "object" || fields === null) throw new Refused(400, "data is no object", { code: "invalid_payload", field: "/data" });
  return fields;
}

/** What was filled in is left out: it is listed by its stream alone. */
function list(entities, query, shown) {
  const page = numberIn(query, "page", 1, Infinity);
  const perPage = numberIn(query, "per_page", DEFAULT_PER_PAGE, LARGEST_PER_PAGE);
  const ids = query.get("ids")?.split(",").map(Number);
  const all = [...entities.values()].filter(({ data, isDeleted }) => !isDeleted && (ids?.includes(data.id) ?? true));
  const items = all.slice((page - 1) * perPage, page * perPage).map(({ data }) => shown(data));
  return { items, meta: { type: "collection", count: items.length, links: {} } };
}

function numberIn(query, name, otherwise, largest) {
  const text = query.get(name) ?? String(otherwise);
  const number = /^[1-9][0-9]*$/.test(text) ? Number(text) : Infinity;
  if (number > largest || number === Infinity) throw new Refused(400, `${name} is out of range`, { field: `/${name}` });
  return number;
}

function noSuchPath() {
  return new Refused(404, "There is no such resource", { code: "incorrect_path" });
}
