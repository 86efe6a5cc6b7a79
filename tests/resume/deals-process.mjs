// The deals server in a process of its own, so that it can be killed.

import { fork } from "node:child_process";
import { once } from "node:events";

const program = new URL("../servers/deals.mjs", import.meta.url).pathname;

export class DealsProcess {
  #args;
  #child;
  port = 0;

  /** `options` are those of `startDeals`; `state` must be among them, or a restart forgets. */
  constructor(options) {
    this.#args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  }

  async start() {
    this.#child = fork(program, [...this.#args, "--port", String(this.port)], { silent: true });
    const [{ port }] = await once(this.#child, "message");
    this.port = port;
  }

  /** Kills it without a word. */
  async kill() {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  get url() {
    return `http://127.0.0.1:${this.port}/events`;
  }

  async status() {
    return (await fetch(new URL("/status", this.url))).json();
  }

  async command(name, args) {
    const body = JSON.stringify({ do: name, ...args });
    const response = await fetch(new URL("/control", this.url), { method: "POST", body });
    if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
  }
}
