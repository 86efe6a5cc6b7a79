/**
 * Streams of JSON cannot be resumed at Flowdock. What was posted since the position is listed
 * instead: the live stream is opened first, then the messages since are written before its bytes. So
 * nothing comes between the two; what is in both has an id that was there before, and is dropped.
 */
import { parseExact } from "../exact.js";
import { elementsOf } from "./json-array.js";

/** The query parameter in which the stream hands the position over; it is not sent. */
export const POSITION = "brookmark-position";

/** The response header in which the stream is told where it begins. */
export const BEGINNING = "brookmark-beginning";

/** The largest page that Flowdock gives. */
const PAGE = 100;

/** Greater ids only: the first is 1. */
const BEFORE_ALL = "0";

export class History {
  #access;
  #live;
  #api;
  #names;
  #start;
  /** `{ id, path }` of each flow: messages name it by id, and lists are found by path. */
  #flows = null;

  /**
   * @param live the stream's address
   * @param names of the flows: paths or ids
   * @param start where to begin with a flow that the position does not name
   */
  constructor({ access, live, api, names, start }) {
    this.#access = access;
    this.#live = live;
    this.#api = api;
    this.#names = names;
    this.#start = start;
  }

  /** As fetch. The position is in the address. */
  async open(url, init) {
    const position = new URL(url).searchParams.get(POSITION);
    try {
      const beginning = await this.#beginning(position, init);
      const live = await this.#access.fetch(this.#live, init);
      if (live.status !== 200) return live;
      return await this.#joined(beginning, live, init);
    } catch (thrown) {
      if (thrown instanceof Refused) return thrown.response;
      throw thrown;
    }
  }

  /** The id behind which each flow begins; asked for before the live stream is opened, lest it lack something. */
  async #beginning(position, init) {
    const isEarliest = position === "earliest";
    const known = position && !isEarliest ? JSON.parse(position) : {};
    const fromFirst = isEarliest || (position !== null && this.#start === "earliest");
    this.#flows ??= await Promise.all(this.#names.map((name) => this.#find(name, init)));
    const missing = this.#flows.filter(({ id }) => !Object.hasOwn(known, id));
    const ids = await Promise.all(missing.map((flow) => (fromFirst ? BEFORE_ALL : this.#newest(flow, init))));
    missing.forEach(({ id }, index) => (known[id] = ids[index]));
    return { ids: known, isNew: missing.length > 0 };
  }

  /** The response: first pages are read before it begins, so that a refusal of one is its status. */
  async #joined({ ids, isNew }, live, init) {
    const reader = live.body.getReader();
    const abandon = (thrown) => {
      reader.cancel().catch(() => {});
      throw thrown;
    };
    const first = this.#flows.map((flow) => this.#page(flow, ids[flow.id], init));
    const pages = await Promise.all(first).catch(abandon);
    const pieces = this.#pieces(pages, reader, init);
    const body = new ReadableStream(
      {
        async pull(controller) {
          const { done, value } = await pieces.next().catch(abandon);
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    const headers = new Headers(live.headers);
    if (isNew) headers.set(BEGINNING, textOf(ids));
    return new Response(body, { headers });
  }

  /** Pages are asked for as they are read, so that a slow handler slows this too. */
  async *#pieces(pages, reader, init) {
    const encoder = new TextEncoder();
    for (let page of pages) {
      for (;;) {
        if (page.records.length > 0) yield encoder.encode(page.records.map((record) => `${record}\r`).join(""));
        if (page.records.length < PAGE) break;
        page = await this.#page(page.flow, page.last, init);
      }
    }
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }

  /** The messages of a flow behind an id, the oldest first. */
  async #page(flow, since, init) {
    const records = elementsOf(await this.#get(`${flow.path}/messages`, { since_id: since, sort: "asc", limit: PAGE }, init));
    const last = records.length > 0 ? idOf(records.at(-1)) : since;
    if (records.length > 0 && last === since) throw new TypeError("the messages since an id begin with that id");
    /* CR separates records, and between the tokens of JSON it is a blank. */
    return { flow, records: records.map((record) => record.replaceAll("\r", " ")), last };
  }

  async #newest(flow, init) {
    const records = elementsOf(await this.#get(`${flow.path}/messages`, { sort: "desc", limit: 1 }, init));
    return records.length > 0 ? idOf(records.at(-1)) : BEFORE_ALL;
  }

  async #find(name, init) {
    const isPath = name.includes("/");
    const flow = JSON.parse(await this.#get(isPath ? pathOf(name) : "/flows/find", isPath ? {} : { id: name }, init));
    const path = isPath ? name : `${flow.organization?.parameterized_name}/${flow.parameterized_name}`;
    if (typeof flow.id !== "string") throw new TypeError("the flow has no id");
    return { id: flow.id, path: pathOf(path) };
  }

  async #get(path, query, init) {
    const url = new URL(this.#api + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const response = await this.#access.fetch(url.href, init);
    if (response.status === 200) return response.text();
    if (response.status >= 400) throw new Refused(response);
    throw new TypeError(`a list of messages was answered with status ${response.status}`);
  }
}

/** A list that was refused. What the attempt ends with, if it has not begun. */
class Refused extends Error {
  constructor(response) {
    super(`a list of messages was answered with status ${response.status}`);
    this.response = response;
  }
}

function pathOf(name) {
  return `/flows/${name.split("/").map(encodeURIComponent).join("/")}`;
}

function idOf(record) {
  return String(parseExact(record).id);
}

/** A position as the engine writes it; headers are ASCII. */
function textOf(ids) {
  const text = JSON.stringify(Object.fromEntries(Object.entries(ids).sort(([one], [two]) => (one < two ? -1 : 1))));
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
