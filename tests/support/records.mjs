// Streaming JSON for tests: steps of a server, and a stream with a notebook.

import { jsonStream } from "brookmark";
import { watchWith } from "./watch.mjs";

const head = (exchange, type) => exchange.head(200, { "content-type": type });

/** Sends a body and stays open. */
export const open =
  (wire, type = "application/x-ndjson") =>
  (exchange) =>
    void head(exchange, type).write(wire);

/** Sends a body and ends it properly. */
export const ended =
  (wire, type = "application/x-ndjson") =>
  (exchange) =>
    void head(exchange, type).write(wire).end();

/** Sends a body and, once it is surely out, resets the connection. */
export const broken =
  (wire, type = "application/x-ndjson") =>
  (exchange) => {
    head(exchange, type).write(wire);
    setTimeout(() => exchange.cut(), 30);
  };

/** Records with the ids `from` to `to`, one a line. */
export const lines = (from, to) => {
  let wire = "";
  for (let id = from; id <= to; id += 1) wire += `{"id":${id},"text":"record ${id}"}\n`;
  return wire;
};

/** Consumes `url` as streaming JSON until the test `t` ends. */
export const watchJson = (t, url, options) => watchWith(jsonStream, t, url, options);

/** The position at `/id`, and back in the header that the server of the tests looks at. */
export const byId = { position: "/id", resume: { header: "Last-Event-ID" } };
