// A table behind HTTP: `GET ?since=N` gives the rows changed behind N, oldest first, some at a time.

import { createServer } from "node:http";

export class Rows {
  /** Position of the last change, by id. */
  rows = new Map();
  /** What was asked for: the position, or null. */
  asked = [];
  #last = 0;
  #size;
  #server;
  /** Called before each answer; may return a promise. */
  before = () => {};

  constructor({ size = 10 } = {}) {
    this.#size = size;
  }

  async listen() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}/rows`;
  }

  close() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** Adds or changes rows. */
  put(...ids) {
    for (const id of ids) this.rows.set(id, (this.#last += 1));
  }

  remove(...ids) {
    for (const id of ids) this.rows.delete(id);
  }

  async #answer(request, response) {
    const since = new URL(request.url, this.url).searchParams.get("since");
    this.asked.push(since);
    await this.before(since);
    const rows = [...this.rows].map(([id, seq]) => ({ id, seq })).filter(({ seq }) => seq > Number(since));
    rows.sort((one, other) => one.seq - other.seq);
    response.setHeader("content-type", "application/json").end(JSON.stringify(rows.slice(0, this.#size)));
  }
}

/** How such a table is polled. */
export const rowOptions = {
  id: "/id",
  position: { item: "/seq", kind: "decimal" },
  resume: { query: "since" },
  top: "empty",
};
