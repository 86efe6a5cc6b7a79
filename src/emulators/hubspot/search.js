/** A search: its body checked as the service checks it, and what it finds. */
import { invalid } from "./errors.js";
import { comparable } from "./kinds.js";

/** Characters. */
const LARGEST_BODY = 3_000;
const DEFAULT_LIMIT = 10;
const LARGEST_LIMIT = 200;
const MOST_RESULTS = 10_000;
const MOST_GROUPS = 5;
const MOST_FILTERS = 10;
const MOST_FILTERS_IN_ALL = 25;

/** Of a value that the object has; each takes the filter's own value. */
const COMPARISONS = {
  LT: (value, { value: other }) => value < other,
  LTE: (value, { value: other }) => value <= other,
  GT: (value, { value: other }) => value > other,
  GTE: (value, { value: other }) => value >= other,
  EQ: (value, { value: other }) => value === other,
  NEQ: (value, { value: other }) => value !== other,
  BETWEEN: (value, { value: low, highValue }) => value >= low && value <= highValue,
  IN: (value, { values }) => values.includes(value),
  NOT_IN: (value, { values }) => !values.includes(value),
  HAS_PROPERTY: () => true,
  NOT_HAS_PROPERTY: () => false,
  CONTAINS_TOKEN: (value, { value: token }) => hasToken(value, token),
  NOT_CONTAINS_TOKEN: (value, { value: token }) => !hasToken(value, token),
};

/** The answer to a search's body. */
export function search(objects, text, { replica, now }) {
  const { filterGroups, sort, limit, offset, query, properties } = checked(text, objects.kinds);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = objects
    .inOrder({ ...sort, replica, now })
    .filter((object) => (filterGroups.length === 0 || filterGroups.some((group) => group.every((test) => test(object)))) && hasWords(object, words));
  const end = offset + limit;
  return {
    total: found.length,
    results: found.slice(offset, end).map((object) => ({ ...object, properties: objects.kinds.shown(object.properties, properties) })),
    ...(end < found.length && { paging: { next: { after: String(end) } } }),
  };
}

function checked(text, kinds) {
  if (text.length > LARGEST_BODY) throw invalid(`The body has more than ${LARGEST_BODY} characters`);
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid("Invalid input JSON on line 1, column 1");
  }
  const { filterGroups = [], sorts = [], limit = DEFAULT_LIMIT, after = "0", query = "", properties } = Object(body);
  if (!Array.isArray(filterGroups) || filterGroups.length > MOST_GROUPS) throw invalid(`There are more than ${MOST_GROUPS} filter groups`);
  const groups = filterGroups.map((group) => group?.filters ?? []);
  if (groups.some((filters) => filters.length > MOST_FILTERS)) throw invalid(`A filter group has more than ${MOST_FILTERS} filters`);
  if (groups.flat().length > MOST_FILTERS_IN_ALL) throw invalid(`There are more than ${MOST_FILTERS_IN_ALL} filters`);
  if (!Array.isArray(sorts) || sorts.length > 1) throw invalid("Only one sort is allowed");
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_LIMIT) throw invalid(`limit is not from 1 to ${LARGEST_LIMIT}`);
  if (!/^[0-9]{1,9}$/.test(after)) throw invalid("after is no offset");
  const offset = Number(after);
  if (offset + limit > MOST_RESULTS) throw invalid(`Paging goes no further than ${MOST_RESULTS} results`);
  return {
    filterGroups: groups.map((filters) => filters.map((filter) => compiled(filter, kinds))),
    sort: sortOf(sorts[0], kinds),
    limit,
    offset,
    query: String(query),
    properties,
  };
}

/** As `{ propertyName, direction }` or, as the service's own client has it in its types, a text. */
function sortOf(given, kinds) {
  if (given === undefined) return { property: "createdate", descending: false };
  const [, minus, name] = typeof given === "string" ? /^(-?)(.*)$/.exec(given) : [];
  const { propertyName: property, direction } = name === undefined ? Object(given) : { propertyName: name, direction: minus && "DESCENDING" };
  if (kinds.of(property) === undefined) throw invalid(`There is no property ${property} to sort by`);
  if (direction && direction !== "ASCENDING" && direction !== "DESCENDING") throw invalid("A direction is ASCENDING or DESCENDING");
  return { property, descending: direction === "DESCENDING" };
}

/** A filter as a test of objects. Nothing but NOT_HAS_PROPERTY finds an object without the property. */
function compiled({ propertyName, operator, value, values, highValue }, kinds) {
  const kind = kinds.of(propertyName);
  if (kind === undefined) throw invalid(`There is no property ${propertyName} to filter by`);
  const compare = COMPARISONS[operator];
  if (!compare) throw invalid(`There is no operator ${operator}`);
  const needed = neededBy(operator).filter((name) => ({ value, values, highValue })[name] === undefined);
  if (needed.length > 0) throw invalid(`${operator} needs ${needed.join(" and ")}`);
  const own = {
    value: value === undefined ? undefined : filterValue(kind, value),
    highValue: highValue === undefined ? undefined : filterValue(kind, highValue),
    values: values?.map((one) => filterValue(kind, one)),
  };
  return ({ properties }) => {
    const text = properties[propertyName] ?? null;
    return text === null ? operator === "NOT_HAS_PROPERTY" : compare(comparable(kind, text), own);
  };
}

function neededBy(operator) {
  if (operator === "IN" || operator === "NOT_IN") return ["values"];
  if (operator === "BETWEEN") return ["value", "highValue"];
  return operator.endsWith("HAS_PROPERTY") ? [] : ["value"];
}

/** Times are milliseconds as text here, though replies have them as dates. */
function filterValue(kind, value) {
  if (kind === "number") {
    if (value === "" || Number.isNaN(Number(value))) throw invalid(`${value} is no number`);
    return Number(value);
  }
  if (kind !== "datetime") return String(value).toLowerCase();
  if (!/^-?[0-9]+$/.test(value)) throw invalid(`${value} is no time in milliseconds`);
  return Number(value);
}

/** Whether one of the value's words is the token, in which `*` stands for anything. */
function hasToken(value, token) {
  const pattern = token.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  const whole = new RegExp(`^${pattern}$`, "s");
  return String(value).split(/[^\p{L}\p{N}]+/u).some((word) => whole.test(word)) || whole.test(String(value));
}

function hasWords({ properties }, words) {
  if (words.length === 0) return true;
  const text = Object.values(properties).join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}
