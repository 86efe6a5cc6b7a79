/** The requests that are known: lists, searches, and single objects. */
import { Refused } from "../lib/service.js";
import { invalid, missingScope, notFound } from "./errors.js";
import { search } from "./search.js";

const DEFAULT_LIMIT = 10;
const LARGEST_LIMIT = 100;

const ROUTES = { "GET list": list, "POST list": create, "POST search": find, "GET object": show, "PATCH object": change, "DELETE object": archive };

/** What a request is about: `{ type, id, isSearch, answerTo }`; throws where it is about nothing. */
export function routeOf({ method, segments }) {
  const [crm, one, other, type, rest, ...more] = segments;
  /* Newer paths have the version behind, and it is a date. */
  const isOurs = crm === "crm" && ((one === "v3" && other === "objects") || (one === "objects" && /^(v3|\d{4}-\d{2})$/.test(other)));
  if (!isOurs || !type || more.length > 0) throw new Refused(404, "Not found");
  const what = rest === undefined ? "list" : rest === "search" ? "search" : "object";
  const answerTo = ROUTES[`${method} ${what}`];
  if (!answerTo) throw new Refused(405, "Method not allowed");
  return { type, id: rest, isSearch: what === "search", answerTo };
}

/** Throws where the token may not do that. */
export function checkScope({ type, isSearch }, { method }, token) {
  if (!token.objects || token.objects.includes(type)) return;
  throw missingScope(`crm.objects.${type}.${isSearch || method === "GET" ? "read" : "write"}`);
}

function list({ objects, query, url }) {
  const limit = numberOf(query, "limit") ?? DEFAULT_LIMIT;
  if (limit < 1 || limit > LARGEST_LIMIT) throw invalid(`limit is not from 1 to ${LARGEST_LIMIT}`);
  const archived = query.get("archived") === "true";
  const results = [];
  let next;
  for (const object of objects.behind(numberOf(query, "after") ?? 0, archived)) {
    if (results.length === limit) {
      next = results.at(-1).id;
      break;
    }
    results.push(object);
  }
  const asked = propertiesIn(query);
  return {
    result: {
      results: results.map((object) => shown(objects, object, asked)),
      ...(next !== undefined && { paging: { next: { after: next, link: linkTo(url, next) } } }),
    },
  };
}

function linkTo(url, after) {
  const link = new URL(url);
  link.searchParams.set("after", after);
  return link.href;
}

function find({ objects, body, now, replica }) {
  return { result: search(objects, body, { now, replica }) };
}

function create({ objects, body, now }) {
  return { status: 201, result: shown(objects, objects.create(propertiesOf(body), now)) };
}

function show(call) {
  const isArchived = call.query.get("archived") === "true";
  return { result: shown(call.objects, objectOf(call, isArchived), propertiesIn(call.query)) };
}

function change(call) {
  const { objects, body, now } = call;
  return { result: shown(objects, objects.update(objectOf(call), propertiesOf(body), now)) };
}

/** Archiving what is archived, or never was, is as good as done. */
function archive({ objects, id, now }) {
  const object = objects.get(id);
  if (object && !object.archived) objects.archive(object, now);
  return { status: 204 };
}

function objectOf({ objects, id }, isArchived = false) {
  const object = objects.get(id);
  if (!object || object.archived !== isArchived) throw notFound();
  return object;
}

function shown({ kinds }, object, asked) {
  return { ...object, properties: kinds.shown(object.properties, asked) };
}

/** Listed with commas, or by repeating the parameter; undefined where none are asked for. */
function propertiesIn(query) {
  const names = query.getAll("properties").flatMap((names) => names.split(",")).filter(Boolean);
  return names.length > 0 ? names : undefined;
}

function propertiesOf(text) {
  try {
    return Object(JSON.parse(text).properties);
  } catch {
    throw invalid("Invalid input JSON on line 1, column 1");
  }
}

function numberOf(query, name) {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^[0-9]{1,15}$/.test(text)) throw invalid(`${name} is no number`);
  return Number(text);
}
