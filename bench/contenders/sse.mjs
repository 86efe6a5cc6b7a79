/**
 * Who else reads Server-Sent Events. Each is driven through its own API, reads an event's type, data
 * and id, and hands them over; what it leaves to its user (decoding, parsing JSON, the default
 * type, empty messages) is done here, as its user would.
 *
 * A contender: `run(chunks, take, { json, types, end })` parses all chunks, calls `take(type, data, id)`
 * for each event, and returns nothing or a promise.
 */
import { fetchEventSource } from "@microsoft/fetch-event-source";
import { EventSource } from "eventsource";
import { createEventSource } from "eventsource-client";
import { createParser } from "eventsource-parser";
import { fetchOf } from "./stream.mjs";

const URL = "http://source.invalid/";

const eventsourceParser = {
  name: "eventsource-parser 4",
  run(chunks, take, { json }) {
    const onEvent = json
      ? ({ event, data, id }) => take(event ?? "message", JSON.parse(data), id ?? "")
      : ({ event, data, id }) => take(event ?? "message", data, id ?? "");
    const parser = createParser({ onEvent });
    const decoder = new TextDecoder();
    for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  },
};

const eventsourceClient = {
  name: "eventsource-client 1",
  run(chunks, take, { json }) {
    return new Promise((resolve) => {
      const client = createEventSource({
        url: URL,
        fetch: fetchOf(chunks),
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

const eventsource = {
  name: "eventsource 5",
  run(chunks, take, { json, types }) {
    return new Promise((resolve) => {
      const source = new EventSource(URL, { fetch: fetchOf(chunks) });
      const onEvent = json
        ? ({ type, data, lastEventId }) => take(type, JSON.parse(data), lastEventId)
        : ({ type, data, lastEventId }) => take(type, data, lastEventId);
      for (const type of types) source.addEventListener(type, onEvent);
      source.onerror = () => {
        source.close();
        resolve();
      };
    });
  },
};

const fetchEventSourceContender = {
  name: "fetch-event-source 2",
  async run(chunks, take, { json }) {
    await withPage(() =>
      fetchEventSource(URL, {
        fetch: fetchOf(chunks),
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

export const ssePeers = [eventsourceParser, eventsourceClient, eventsource, fetchEventSourceContender];
