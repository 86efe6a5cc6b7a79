/** Drains a service once, in a process of its own, and says what came and what it took. */
import { memoryStore, poll } from "brookmark";

const { name, url, rows } = JSON.parse(process.argv[2]);
const headers = { authorization: "Bearer token", accept: "application/json", "user-agent": "bench" };
const store = memoryStore();

/** Each id once, in any order: 1 to `rows`. */
const seen = { lost: 0, repeated: 0, ids: new Uint8Array(rows + 1) };
const count = ({ data }) => {
  if (seen.ids[data.id]) seen.repeated += 1;
  seen.ids[data.id] = 1;
};

const CLIENTS = {
  "brookmark poll()": () =>
    poll(url, {
      items: "/items",
      id: "/meta/event_id",
      type: "/meta/event_type",
      unique: ["/meta/type", "/data/id", "/meta/sequence"],
      position: { body: "/meta/position" },
      resume: { query: "position" },
      words: { earliest: new URL(url).pathname === "/" ? "0" : "tail" },
      top: { flag: "/meta/top" },
      every: false,
      ...{ headers, bookmark: "deals", store },
      onEvent: (event) => count(event.data),
    }).closed,

  /** As everybody writes it, and it keeps its cursor. */
  async "hand-written loop"() {
    let position = new URL(url).pathname === "/" ? "0" : "tail";
    for (let top = false; !top; ) {
      const address = new URL(url);
      address.searchParams.set("position", position);
      const response = await fetch(address, { headers });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const { items, meta } = await response.json();
      for (const item of items) count(item);
      ({ position, top } = meta);
      store.setItem("deals", position);
    }
  },

  /** One page, again and again: what no client can be without. */
  async "JSON.parse alone"() {
    const address = new URL(url);
    address.searchParams.set("position", address.pathname === "/" ? "0" : "tail");
    const text = await (await fetch(address, { headers })).text();
    let done = 0;
    begin();
    while (done < rows) done += JSON.parse(text).items.length;
  },
};

let start = performance.now();
let used = process.cpuUsage();
function begin() {
  start = performance.now();
  used = process.cpuUsage();
}

await CLIENTS[name]();
const time = performance.now() - start;
const { user, system } = process.cpuUsage(used);
for (let id = 1; id <= rows; id += 1) if (!seen.ids[id]) seen.lost += 1;
const { lost, repeated } = name === "JSON.parse alone" ? { lost: 0, repeated: 0 } : seen;
const perSecond = Math.round((rows / time) * 1_000);
const peakMemory = process.resourceUsage().maxRSS * 1024;
process.send({ name, lost, repeated, perSecond, cpu: (user + system) / rows, peakMemory });
process.disconnect();
