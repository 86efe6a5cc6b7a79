/**
 * Serves the demo: its page, the built package under `/dist/`, and beside it, in a process of its
 * own and on a port of its own, the deals server, so that "kill the server" kills a real one.
 *
 *   GET  /demo.json   where the deals server is
 *   POST /kill        SIGKILL to the deals server; it starts again two seconds later
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);
const DEALS = fileURLToPath(new URL("tests/servers/deals.mjs", ROOT));
const STATE_FOLDER = fileURLToPath(new URL("target/demo/", ROOT));
const DEALS_OPTIONS = { rate: 2, keep: 2_000, heartbeat: 2_000 };
const RESTART_AFTER = 2_000;
const PORTS_TRIED = 50;
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".map": "application/json",
  ".wasm": "application/wasm",
};

/**
 * Starts the demo on 127.0.0.1, at `port` or the next free one (0: any), and ends it on SIGINT.
 * `stateFolder` keeps the state of the deals servers: events keep their numbers when the demo is
 * started again. Resolves to `{ url, dealsUrl, close }`.
 */
export async function serve({ port, quiet, stateFolder = STATE_FOLDER }) {
  const say = quiet ? () => {} : console.log;
  const server = createServer((request, response) => {
    // Not by `new URL(path, base)`: a path that begins with two slashes would be taken for a host.
    const { pathname } = new URL(`http://demo${request.url}`);
    const route = `${request.method} ${pathname}`;
    if (route === "GET /demo.json") answer(response, 200, ".json", JSON.stringify({ deals: deals.url }));
    else if (route === "POST /kill") {
      deals.kill();
      answer(response, 202, ".json", "{}");
    } else if (request.method === "GET") sendFile(response, pathname);
    else answer(response, 404, ".html", "Not found");
  });
  const pagePort = await listen(server, port);
  // A port that stays the same keeps the deals server's URL, by which a bookmark knows its source.
  const deals = new Deals(await freePort(port === 0 ? 0 : pagePort + 1), stateFolder, say);
  await deals.start();
  const url = `http://127.0.0.1:${pagePort}/`;
  say(`The demo is at ${url} (Ctrl-C ends it)`);

  async function close() {
    process.off("SIGINT", close);
    server.close();
    server.closeAllConnections();
    await deals.stop();
  }
  process.once("SIGINT", close);
  return { url, dealsUrl: deals.url, close };
}

/** The deals server as a child process that can be killed and then starts again. */
class Deals {
  #port;
  #stateFolder;
  #say;
  #child;
  #restarting;
  #stopped = false;

  constructor(port, stateFolder, say) {
    this.#port = port;
    this.#stateFolder = stateFolder;
    this.#say = say;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start() {
    mkdirSync(this.#stateFolder, { recursive: true });
    const state = join(this.#stateFolder, `deals-${this.#port}.json`);
    const options = { ...DEALS_OPTIONS, port: this.#port, state };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    // Detached, so that Ctrl-C reaches this process alone, which then ends the child in order.
    this.#child = fork(DEALS, args, { stdio: ["ignore", "ignore", "inherit", "ipc"], detached: true });
    const died = once(this.#child, "exit").then(() => {
      if (!this.#stopped) throw new Error("the deals server did not start");
    });
    await Promise.race([once(this.#child, "message"), died]);
  }

  /** Kills it; a second request while it is dead changes nothing. */
  async kill() {
    if (this.#dead) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
    if (this.#stopped) return;
    this.#say("The deals server was killed; it starts again in two seconds.");
    this.#restarting = setTimeout(() => this.start(), RESTART_AFTER);
  }

  get #dead() {
    return this.#child.killed || this.#child.exitCode !== null;
  }

  async stop() {
    this.#stopped = true;
    clearTimeout(this.#restarting);
    if (this.#dead) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await gone;
  }
}

async function sendFile(response, pathname) {
  const path = pathname === "/" ? "/index.html" : pathname;
  // A URL resolves every `..` before this, so no path leaves its folder.
  const file = path.startsWith("/dist/") ? new URL(`.${path}`, ROOT) : new URL(`./www${path}`, ROOT);
  const type = TYPES[extname(file.pathname)];
  try {
    if (!type) throw new Error("not a kind of file that is served");
    answer(response, 200, extname(file.pathname), await readFile(file));
  } catch {
    answer(response, 404, ".html", "Not found");
  }
}

function answer(response, status, kind, body) {
  response.writeHead(status, { "content-type": TYPES[kind], "cache-control": "no-store" });
  response.end(body);
}

/** Listens at `port` or, where that is taken, at the next free one. */
async function listen(server, port) {
  for (let next = port; next < port + PORTS_TRIED; next += 1) {
    try {
      await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(next, "127.0.0.1", () => {
          server.off("error", reject);
          resolve();
        });
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    }
  }
  throw new Error(`no free port between ${port} and ${port + PORTS_TRIED - 1}`);
}

async function freePort(from) {
  const probe = createServer();
  const port = await listen(probe, from);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
