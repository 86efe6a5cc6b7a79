/**
 * Prints what changes in Zendesk Sell: every five seconds all there is, page by page to the top.
 *
 *     TOKEN=… PLACE=place.txt node examples/firehose.mjs deals contacts
 *
 * With a file for its place, it goes on there the next time. Without a token it shows itself with an emulator.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { argv, env } from "node:process";
import { pathToFileURL } from "node:url";
import { firehose } from "brookmark/connectors";

/** Consumes the changes of resources, and hands over a sentence on each; the other options are the connector's. */
export function watch(resources, print, options) {
  return firehose({
    resources,
    bookmark: "firehose",
    onEvent: ({ data }) => print(sentence(data)),
    onGap: ({ reason }) => print(`Some changes are gone: ${reason}`),
    onError: ({ message }) => print(`Not now: ${message}`),
    ...options,
  });
}

/** "deal 7 updated: value 100.00 → 120.00" */
function sentence({ data, meta: { type, event_type: happened, previous = {} } }) {
  const changes = Object.entries(previous)
    .filter(([field]) => field !== "updated_at")
    .map(([field, before]) => `${field} ${shown(before)} → ${shown(data[field])}`);
  return `${type} ${data.id} ${happened}${changes.length > 0 ? `: ${changes.join(", ")}` : ""}`;
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** A store for one bookmark: a file that is whole at any moment. */
export const fileStore = (path) => ({
  getItem: () => readFile(path, "utf8").catch((error) => (error.code === "ENOENT" ? null : Promise.reject(error))),
  setItem: (_, record) => writeFile(`${path}.new`, record).then(() => rename(`${path}.new`, path)),
  removeItem: () => writeFile(path, ""),
});

/** A Sell in which something changes now and then. */
async function emulator() {
  const { firehoseEmulator } = await import("brookmark/emulators/firehose");
  const sell = await firehoseEmulator();
  let value = 100;
  sell.change("deals", { name: "A deal", value: `${value}.00` });
  setInterval(() => sell.change("deals", { id: 1, value: `${(value += 10)}.00` }), 1_000);
  return { token: "token", apiUrl: sell.url, start: "earliest", every: 2_000 };
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  const { TOKEN, PLACE } = env;
  const [, , ...resources] = argv;
  const source = TOKEN ? { token: TOKEN } : await emulator();
  watch(resources.length > 0 ? resources : ["deals"], console.log, { ...source, ...(PLACE && { store: fileStore(PLACE) }) });
}
