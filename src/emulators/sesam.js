/**
 * An emulator of a Sesam node's publishers, or of whatever else speaks the JSON Pull Protocol: datasets to
 * pull from, incrementally or not, and faults on command.
 *
 * Where the documentation is silent, this is what is done: changes are numbered from 0; a `since` that is no
 * `_updated` of the dataset's form, and a limit that is no positive integer, are a 400; a `since` from before
 * a drop is taken as what it says; the only subsets are those whose field was named, `["eq", "_S.field", value]`.
 */
import { STATUS_CODES } from "node:http";
import { Dataset } from "./sesam/dataset.js";
import { Refused, Service } from "./lib/service.js";

const EXPOSED = [
  ...["Populated", "Max-Updated", "Filtered", "Generation", "Completeness", "Restore-Uuid", "Restore-Offset"].map((name) => `X-Dataset-${name}`),
  ...["Date", "Retry-After"],
];

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** What a proxy in Python writes behind what it has sent already, when its own source fails. */
const EXCEPTION = "requests.exceptions.HTTPError: 502 Server Error: Bad Gateway\n";

/** Starts it on loopback. `sesam.d.ts` describes options and result. */
export async function sesamEmulator(options) {
  const emulator = new Emulator(options);
  await emulator.start();
  return emulator;
}

class Emulator extends Service {
  cors = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "Authorization",
    "access-control-expose-headers": EXPOSED.join(", "),
  };
  #token;
  #datasets;
  /** So many of the next answers break off behind so many entities. */
  #break = { times: 0, after: 0 };

  constructor({ port = 0, token = "token", datasets = ["items"] } = {}) {
    super(port);
    this.#token = token;
    this.#datasets = new Map(datasets.map((given) => {
      const options = typeof given === "string" ? { name: given } : given;
      return [options.name, { options, dataset: new Dataset(options) }];
    }));
  }

  endpoint(name) {
    return `${this.url}/api/publishers/${encodeURIComponent(name)}/entities`;
  }

  put(name, ...entities) {
    const dataset = this.#dataset(name);
    for (const entity of entities) dataset.put(entity, this.now);
  }

  delete(name, ...ids) {
    this.put(name, ...ids.map((_id) => ({ _id, _deleted: true })));
  }

  entities(name) {
    return this.#dataset(name).entities();
  }

  drop(name) {
    this.#dataset(name);
    const { options } = this.#datasets.get(name);
    this.#datasets.set(name, { options, dataset: new Dataset(options) });
  }

  restore(name, number) {
    this.#dataset(name).restore(number);
  }

  describe(name, { populated, filtered, completeness, cap }) {
    const given = Object.entries({ populated, filtered, completeness, cap }).filter(([, value]) => value !== undefined);
    Object.assign(this.#dataset(name), Object.fromEntries(given));
  }

  breakOff({ after = 0, times = 1 } = {}) {
    this.#break = { times, after };
  }

  accept() {
    super.accept();
    this.#break.times = 0;
  }

  reply({ method, segments, query, headers }) {
    if (this.#token !== null && headers.authorization !== `Bearer ${this.#token}`) throw new Refused(401, "Unauthorized");
    const [api, publishers, name, entities, ...rest] = segments;
    const isKnown = api === "api" && publishers === "publishers" && entities === "entities" && rest.length === 0;
    const dataset = isKnown ? this.#datasets.get(name)?.dataset : undefined;
    if (!dataset) throw new Refused(404, "There is no such publisher");
    if (method !== "GET") throw new Refused(405, "Entities can be got only");

    const since = query.has("since") ? dataset.since(query.get("since")) : -1;
    if (since === undefined) throw new Refused(400, "since is no _updated of this dataset");
    const limit = Math.min(limitOf(query.get("limit")), dataset.cap);
    const isWanted = query.has("subset") ? subsetOf(dataset, query.get("subset")) : undefined;
    const page = dataset.page(since, limit, isWanted);
    return { status: 200, headers: { ...JSON_TYPE, ...this.#headersOf(dataset, isWanted !== undefined) }, body: this.#written(page) };
  }

  refusal({ status, message }) {
    return { status, headers: JSON_TYPE, body: JSON.stringify({ title: STATUS_CODES[status], status, detail: message }) };
  }

  #written(page) {
    if (this.#break.times < 1) return `[${page.join(",\n")}]`;
    this.#break.times -= 1;
    return `[${page.slice(0, this.#break.after).join(",\n")}${EXCEPTION}`;
  }

  #headersOf({ populated, maxUpdated, filtered, generation, completeness, restored }, isSubset) {
    return {
      date: new Date(this.now).toUTCString(),
      "x-dataset-populated": String(populated),
      ...(maxUpdated !== undefined && { "x-dataset-max-updated": maxUpdated }),
      "x-dataset-filtered": String(filtered || isSubset),
      "x-dataset-generation": generation,
      "x-dataset-completeness": String(completeness ?? this.now * 1000),
      ...(restored && { "x-dataset-restore-uuid": restored.uuid, "x-dataset-restore-offset": restored.offset }),
    };
  }

  #dataset(name) {
    const found = this.#datasets.get(name);
    if (!found) throw new TypeError(`there is no dataset ${name}`);
    return found.dataset;
  }
}

function limitOf(text) {
  if (text === null) return Infinity;
  if (!/^0*[1-9][0-9]*$/.test(text)) throw new Refused(400, "limit is no positive integer");
  return Number(text);
}

function subsetOf(dataset, text) {
  let subset;
  try {
    subset = JSON.parse(text);
  } catch {
    throw new Refused(400, "subset is no JSON");
  }
  const isWanted = Array.isArray(subset) ? dataset.subset(subset) : undefined;
  if (!isWanted) throw new Refused(404, "There is no such subset");
  return isWanted;
}
