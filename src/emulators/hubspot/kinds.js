/** What kind of value a property has, and how values are written and compared. All of them travel as texts. */

const KNOWN = { hs_object_id: "number", createdate: "datetime", closedate: "datetime", amount: "number" };

/** What a reply brings where no properties are asked for. */
const DEFAULTS = {
  contacts: ["email", "firstname", "lastname"],
  companies: ["domain", "name"],
  deals: ["amount", "closedate", "dealname", "dealstage", "pipeline"],
  tickets: ["content", "hs_pipeline", "hs_pipeline_stage", "subject"],
};

/** When an object was changed last; contacts are older than the others. */
export const modifiedProperty = (type) => (type === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate");

/** The properties of a type. One exists from when it is first written. */
export class Kinds {
  #modified;
  #defaults;
  #kinds;

  constructor(type) {
    this.#modified = modifiedProperty(type);
    this.#defaults = DEFAULTS[type] ?? [];
    const texts = this.#defaults.map((name) => [name, "string"]);
    this.#kinds = new Map([...texts, ...Object.entries(KNOWN), [this.#modified, "datetime"]]);
  }

  /** The property's kind, or undefined where there is none of that name. */
  of(name) {
    return this.#kinds.get(name);
  }

  /** The text of a value; a property that is new takes its kind from the value. */
  written(name, value) {
    if (value === null || value === "") return null;
    if (!this.#kinds.has(name)) this.#kinds.set(name, kindOf(value));
    if (value instanceof Date) return value.toISOString();
    const isTime = this.#kinds.get(name) === "datetime" && /^-?[0-9]+$/.test(value);
    return isTime ? new Date(Number(value)).toISOString() : String(value);
  }

  /** Of an object's properties what a reply brings: some always, and those asked for that exist. */
  shown(properties, asked) {
    const names = ["createdate", this.#modified, "hs_object_id", ...(asked ?? this.#defaults)];
    return Object.fromEntries(names.filter((name) => this.#kinds.has(name)).map((name) => [name, properties[name] ?? null]));
  }
}

/** A stored text as something that `<` compares as its kind is compared. */
export function comparable(kind, text) {
  if (kind === "number") return Number(text);
  return kind === "datetime" ? Date.parse(text) : text.toLowerCase();
}

function kindOf(value) {
  if (value instanceof Date) return "datetime";
  return { number: "number", boolean: "bool" }[typeof value] ?? "string";
}
