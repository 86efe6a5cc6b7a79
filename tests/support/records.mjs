// Streaming JSON for tests: the fixtures, steps of a server, and a stream with a notebook.

import { readdirSync, readFileSync } from "node:fs";
import { jsonStream } from "brookmark";
import { watchWith } from "./watch.mjs";

const folder = new URL("../fixtures/json/", import.meta.url);

/** All cases of all files: `{ name, framing, wire, records, unended, cut }`, `wire` as bytes. */
export function fixtures() {
  const cases = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")));
  if (cases.length === 0) throw new Error("no fixtures found");
  return cases.map(({ wire, wireBase64, ...rest }) => ({
    ...rest,
    wire: wireBase64 === undefined ? Buffer.from(wire, "utf8") : Buffer.from(wireBase64, "base64"),
  }));
}

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
