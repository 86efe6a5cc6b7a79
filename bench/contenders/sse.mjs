/**
 * Who else reads Server-Sent Events. Each is driven through its own API and hands over an event's type,
 * data and id; what it leaves to its user (decoding, parsing JSON, the default type, empty messages) is
 * done here, as its user would.
 *
 * A parser has `feeder(take, { json })`, which gives a function to be called with each chunk, once `ready()`
 * has resolved, where it has that. A client has
 * `connect({ url, fetch, json, types }, take)`, which makes a request (by the platform's fetch where none is
 * given), reads it to its end, and gives a promise. Both call `take(type, data, id)` for each event.
 */
import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import { createEventSource } from "eventsource-client";
import { createParser } from "eventsource-parser";
import { eventSourceClass } from "./event-source.mjs";

const eventsourceParser = {
  name: "eventsource-parser 4",
  feeder(take, { json }) {
    const onEvent = json
      ? ({ event, data, id }) => take(event ?? "message", JSON.parse(data), id ?? "")
      : ({ event, data, id }) => take(event ?? "message", data, id ?? "");
    const parser = createParser({ onEvent });
    const decoder = new TextDecoder();
    return (chunk) => parser.feed(decoder.decode(chunk, { stream: true }));
  },
};

const eventsourceClient = {
  name: "eventsource-client 1",
  connect({ url, fetch, json }, take) {
    return new Promise((resolve) => {
      const client = createEventSource({
        url,
        fetch,
        onMessage: json
          ? ({ event, data, id }) => take(event ?? "message", JSON.parse(data), id ?? "")
          : ({ event, data, id }) => take(event ?? "message", data, id ?? ""),
        onDisconnect() {
          client.close();
          resolve();
        },
      });
    });
  },
};

const fetchEventSourceContender = {
  name: "fetch-event-source 2",
  async connect({ url, fetch, json }, take) {
    await withPage(() =>
      fetchEventSource(url, {
        fetch: fetch ?? globalThis.fetch,
        openWhenHidden: true,
        onmessage({ event, data, id }) {
          /* It also tells of comments, as messages that are empty. */
          if (data !== "") take(event || "message", json ? JSON.parse(data) : data, id);
        },
      }),
    );
  },
};

/** It expects a page around it. */
async function withPage(work) {
  if ("document" in globalThis) return work();
  const { setTimeout, clearTimeout } = globalThis;
  Object.assign(globalThis, { window: { setTimeout, clearTimeout }, document: { removeEventListener() {} } });
  try {
    return await work();
  } finally {
    delete globalThis.window;
    delete globalThis.document;
  }
}

export const ssePeers = [
  eventsourceParser,
  eventsourceClient,
  eventSourceClass("eventsource 5", (url, fetch) => new EventSource(url, { fetch })),
  fetchEventSourceContender,
];
