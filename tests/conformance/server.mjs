// Plays the cases over HTTP, chunk by chunk, and keeps what was asked.

import { setTimeout as sleep } from "node:timers/promises";
import { servePages } from "../support/pages.mjs";
import { STORIES } from "./stories.mjs";

/** Between two chunks, so that they travel apart, in ms. */
const PAUSE = 20;

/**
 * Starts it on a free loopback port. It serves the repository's files too, so that a page and the
 * cases have one origin.
 */
export async function serveCases() {
  const runs = new Map();
  const runAt = (path) => {
    if (!runs.has(path)) runs.set(path, new Run(STORIES.find(({ key }) => path.endsWith(`/${key}`))));
    return runs.get(path);
  };
  let reported;
  const report = new Promise((resolve) => (reported = resolve));

  const server = await servePages({
    "/play/": (request, response) => {
      const { pathname, search } = new URL(request.url, "http://server");
      void runAt(pathname.slice("/play/".length)).answer(search, request, response);
    },
    "/heard/": async (request, response) => {
      runAt(request.url.slice("/heard/".length)).hear(await jsonOf(request));
      response.writeHead(204).end();
    },
    "/report": async (request, response) => {
      reported(await jsonOf(request));
      response.writeHead(204).end();
    },
  });
  return {
    ...server,
    /** What the runtime under test says at its end, once it does. */
    report,
    /** The requests of a client in a case, in order. */
    requests: (client, key) => runs.get(`${client}/${key}`)?.requests ?? [],
  };
}

/** One client in one case. */
class Run {
  requests = [];
  #responses;
  #told = [];
  #wake = () => {};

  constructor({ responses }) {
    this.#responses = responses;
  }

  async answer(search, { method, headers }, response) {
    const request = { at: performance.now(), method, search, headers, wasDropped: false };
    response.on("close", () => (request.wasDropped = !response.writableFinished));
    const script = this.#responses[this.requests.length];
    this.requests.push(request);
    if (!script) return response.writeHead(204).end();

    response.writeHead(script.status, script.headers).flushHeaders();
    for (const piece of script.body) {
      if (piece.heard !== undefined) await this.#until(piece.heard);
      else await write(response, piece);
    }
    if (script.end === "cut") response.socket?.resetAndDestroy();
    else if (script.end !== "never") response.end();
  }

  hear(told) {
    if (told.length > this.#told.length) this.#told = told;
    this.#wake();
  }

  /** Waits for so many events, or for the word. */
  async #until(what) {
    const isHeard = () =>
      typeof what === "number"
        ? this.#told.filter((word) => word === "event").length >= what
        : this.#told.includes(what);
    while (!isHeard()) await new Promise((resolve) => (this.#wake = resolve));
  }
}

async function write(response, piece) {
  if (response.destroyed) return;
  await new Promise((resolve) => response.write(piece, resolve));
  await sleep(PAUSE);
}

async function jsonOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
