// Services that are polled, as the resume runs want them: events numbered from 1, in one series or several.
//
// Each is `{ connector, options, emulator, post(number), views() }`. `post` makes the event of that number; a view is one
// series, `{ total, place(position), number(handled) }`: how many events it has, the number of the last one that a position is
// not before, and the number in what the client wrote down of an event (undefined where it is not of this series).

import { firehoseEmulator } from "brookmark/emulators/firehose";
import { githubEventsEmulator } from "brookmark/emulators/github-events";
import { couch } from "../support/couch/server.mjs";
import { hubspot, sesam } from "./polled-crm.mjs";

const RESOURCES = ["deals", "contacts"];

/** Two resources of Sell in one stream, with events of other accounts between theirs, and snapshots shown again. */
async function firehose(random) {
  const emulator = await firehoseEmulator({ rateLimit: Infinity, scan: 20, elsewhere: 0.1, random });
  const totals = { deals: 0, contacts: 0 };
  return {
    connector: "firehose",
    options: { apiUrl: emulator.url, token: "token", resources: RESOURCES, start: "earliest" },
    emulator,
    post(number) {
      const resource = RESOURCES[Math.floor(random() * RESOURCES.length)];
      totals[resource] += 1;
      emulator.change(resource, { name: `größer ${number}\n${"x".repeat(random() * 400)}` });
      if (random() < 0.1) emulator.repeat(resource, 1 + Math.floor(random() * 5));
    },
    views: () =>
      Promise.all(
        RESOURCES.map(async (resource) => {
          const positions = await positionsOf(emulator.url, resource);
          return {
            total: totals[resource],
            place: (position) => placeIn(positions, JSON.parse(position)[resource]),
            number: (handled) => (handled.startsWith(`${resource.slice(0, -1)} `) ? handled.split(" ")[1] : undefined),
          };
        }),
      ),
  };
}

/** The offset behind each event of a resource: what the emulator puts into its positions. */
async function positionsOf(url, resource) {
  const offsets = [];
  let [position, top] = ["tail", false];
  while (!top) {
    const query = new URLSearchParams({ position, limit: 1 });
    const response = await fetch(`${url}/v3/${resource}/stream?${query}`, { headers: { authorization: "Bearer token" } });
    const { items, meta } = await response.json();
    ({ position, top } = meta);
    for (const { data } of items) offsets[data.id - 1] ??= offsetIn(position);
  }
  return offsets;
}

/** The offset in a position of one resource. */
export const offsetIn = (position) => Number(Buffer.from(position, "base64").toString("latin1").split(",")[2]);

const placeIn = (offsets, position) => (position === undefined ? 0 : offsets.filter((offset) => offset <= offsetIn(position)).length);

/**
 * A feed of GitHub's. Every eighth event, whose id is smaller than the one before, is one of another feed: the position alone does
 * not tell whether such a one was handled.
 */
async function githubEvents(random) {
  const emulator = await githubEventsEmulator({ pollInterval: 0, rateLimit: Infinity });
  const ids = [];
  return {
    connector: "githubEvents",
    options: { apiUrl: emulator.url, token: "token", repo: "acme/app", start: "earliest" },
    emulator,
    post(number) {
      if (ids.length > 0 && ids.length % 7 === 0) emulator.publish({ repo: "acme/other" });
      const { id } = emulator.publish({ payload: { number, text: `größer\n${"x".repeat(random() * 400)}` } });
      ids.push(id);
    },
    views: () => [
      {
        total: ids.length,
        place: (position) => ids.lastIndexOf(position) + 1,
        number: (handled) => handled.split(" ")[1],
      },
    ],
  };
}

/** Documents in a database of two shards. Each is a series: there is no order between them. */
async function couchChanges() {
  const emulator = await couch();
  const { database } = emulator;
  const view = (shard) => ({
    total: database.end[shard],
    place: (position) => (position === undefined ? 0 : database.vector(position)[shard]),
    number(handled) {
      const place = database.placeOf(handled.slice("change ".length));
      return place.shard === shard ? String(place.number) : undefined;
    },
  });
  return {
    connector: "couchChanges",
    options: { url: emulator.url, start: "earliest", heartbeat: 1_000 },
    emulator,
    post: (number) => void emulator.write(`größer ${number}`),
    views: () => [view(0), view(1)],
  };
}

export const SERVICES = { couchChanges, firehose, githubEvents, hubspot, sesam };
