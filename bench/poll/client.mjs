/**
 * Drains a service once, in a process of its own, and says what came and what it took. Its argument: `{ name, url, rows }`.
 */
import { memoryStore, poll } from "../../dist/index.js";
import { CAREFUL, DRAIN, LOOP, OURS, PARSE } from "./names.mjs";

const { name, url, rows } = JSON.parse(process.argv[2]);
const headers = { authorization: "Bearer token", accept: "application/json", "user-agent": "bench" };
const store = memoryStore();
const start = new URL(url).pathname === "/" ? "0" : "tail";

/** Each id once, in any order: 1 to `rows`. */
const seen = { repeated: 0, ids: new Uint8Array(rows + 1) };
const count = ({ data }) => {
  if (seen.ids[data.id]) seen.repeated += 1;
  seen.ids[data.id] = 1;
};

const CLIENTS = {
  async [OURS]() {
    await poll(url, {
      items: "/items",
      id: "/meta/event_id",
      type: "/meta/event_type",
      unique: ["/meta/type", "/data/id", "/meta/sequence"],
      position: { body: "/meta/position" },
      resume: { query: "position" },
      words: { earliest: start },
      start: "earliest",
      top: { flag: "/meta/top" },
      every: false,
      ...{ headers, bookmark: "deals", store },
      onEvent: (event) => count(event.data),
    }).closed;
  },

  async [LOOP]() {
    await pages(async (response) => {
      const { items, meta } = await response.json();
      for (const item of items) count(item);
      store.setItem("deals", meta.position);
      return meta;
    });
  },

  async [CAREFUL]() {
    let before = new Set();
    await pages(async (response) => {
      const { items, meta } = await response.json();
      const keys = new Set();
      for (const item of items) {
        const key = `${item.meta.type} ${item.data.id} ${item.meta.sequence}`;
        if (before.has(key) || keys.has(key)) continue;
        keys.add(key);
        count(item);
      }
      before = keys;
      store.setItem("deals", meta.position);
      return meta;
    });
  },

  /** Some pages at a time: all of them are far more than any client has at once. */
  async [PARSE]() {
    let texts = [];
    let length = 0;
    const parse = () => {
      resume();
      for (const text of texts) for (const item of JSON.parse(text).items) count(item);
      pause();
      texts = [];
      length = 0;
    };
    pause();
    await pages(async (response) => {
      const text = await response.text();
      texts.push(text);
      length += text.length;
      if (length > AT_ONCE) parse();
      return metaIn(text.slice(-TAIL));
    });
    parse();
    resume();
  },

  async [DRAIN]() {
    seen.ids.fill(1);
    await pages(async ({ body }) => {
      let tail = Buffer.alloc(0);
      for await (const chunk of body) tail = Buffer.concat([tail, chunk.subarray(-TAIL)]).subarray(-TAIL);
      return metaIn(tail.toString());
    });
  },
};

const AT_ONCE = 5_000_000;
/** More than what is behind the items. */
const TAIL = 1_000;

/** From the beginning to the top; `read` gives the `meta` of a response. */
async function pages(read) {
  let position = start;
  for (let top = false; !top; ) {
    const address = new URL(url);
    address.searchParams.set("position", position);
    const response = await fetch(address, { headers });
    if (!response.ok) throw new Error(`status ${response.status}`);
    ({ position, top } = await read(response));
  }
}

function metaIn(tail) {
  return JSON.parse(tail.slice(tail.lastIndexOf(',"meta":') + 8, -1));
}

/** What is counted, and since when, while it is. */
const used = { time: 0, cpu: 0, since: null };
function resume() {
  used.since = { time: performance.now(), cpu: process.cpuUsage() };
}
function pause() {
  const { user, system } = process.cpuUsage(used.since.cpu);
  used.time += performance.now() - used.since.time;
  used.cpu += user + system;
}

resume();
await CLIENTS[name]();
pause();
const lost = rows - seen.ids.reduce((sum, one) => sum + one, 0) + seen.ids[0];
process.send({
  ...{ name, lost, repeated: seen.repeated, perSecond: (rows / used.time) * 1_000, cpu: used.cpu / rows },
  peakMemory: process.resourceUsage().maxRSS * 1024,
});
process.disconnect();
