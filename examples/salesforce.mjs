/**
 * Prints what happens in a Salesforce org: platform events, changes of records, PushTopics, generic events.
 *
 *     CLIENT_ID=… CLIENT_SECRET=… DOMAIN=acme PLACES=places.json node examples/salesforce.mjs /event/Order__e /data/ChangeEvents
 *
 * With a file for its places, it goes on there the next time. Without an app it shows itself with an emulator.
 */
import { readFile, rename, writeFile } from "node:fs/promises";
import { argv, env } from "node:process";
import { pathToFileURL } from "node:url";
import { oauth, salesforce, salesforcePayload } from "brookmark/connectors";

/** Follows channels, and hands over a sentence on each event; the other options are the connector's. */
export function follow(channels, print, options) {
  return salesforce({
    channels,
    bookmark: "org",
    onEvent: (event) => print(`${event.channel}: ${sentence(salesforcePayload(event))}`),
    onGap: ({ reason }) => print(`Some events are gone: ${reason}`),
    onError: ({ message }) => print(`Not now: ${message}`),
    ...options,
  });
}

function sentence(payload) {
  switch (payload.kind) {
    case "push-topic":
      return `${payload.type} ${JSON.stringify(payload.record)}`;
    case "generic":
      return payload.payload;
    case "platform-event":
      return JSON.stringify(payload.fields);
    default: {
      const { changeType, entityName, recordIds } = payload.header;
      const what = `${changeType} ${entityName} ${recordIds.join(", ")}`;
      return payload.isGap ? `${what}, to be read anew` : `${what} ${JSON.stringify(payload.fields)}`;
    }
  }
}

/** A store for many bookmarks, like a shelf: a file that is whole at any moment. */
export function shelf(path) {
  let all;
  let written = Promise.resolve();
  const load = () => (all ??= readFile(path, "utf8").then(JSON.parse, (error) => (error.code === "ENOENT" ? {} : Promise.reject(error))));
  const change = (edit) => {
    const write = async () => {
      const records = await load();
      edit(records);
      await writeFile(`${path}.new`, JSON.stringify(records));
      await rename(`${path}.new`, path);
    };
    written = written.then(write, write);
    return written;
  };
  return {
    getItem: async (name) => (await load())[name] ?? null,
    setItem: (name, record) => change((records) => void (records[name] = record)),
    removeItem: (name) => change((records) => void delete records[name]),
  };
}

/** An org in which something happens now and then. */
async function emulator() {
  const { salesforceEmulator } = await import("brookmark/emulators/salesforce");
  const org = await salesforceEmulator();
  let number = 0;
  setInterval(() => org.publish("/event/Order__e", { Number__c: ++number }), 1_000);
  return oauth.session(async () => org.login());
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  const { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, DOMAIN: domain, PLACES } = env;
  const [, , ...channels] = argv;
  const auth = clientId ? oauth.clientCredentials({ clientId, clientSecret, domain }) : await emulator();
  const all = channels.length > 0 ? channels : ["/event/Order__e"];
  follow(all, console.log, { auth, replay: -2, ...(PLACES && { store: shelf(PLACES) }) });
}
