// A client in a process of its own, so that it can be killed.

import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../support/waiting.mjs";

const PATIENCE = 20_000;

/** How long it is gone at most before it is started again. */
const LONGEST_REST = 300;

export class ClientProcess {
  /** As text; a change is for the next start. */
  args;
  #program;
  #folder;
  #journal;
  #child;
  #starts = 0;

  /**
   * @param program a file of this folder that begins its journal by `keep`; it is given `args` and the folder
   * @param journal where to see that it has begun: the last of its journals, where it keeps several
   */
  constructor(program, { args, folder, journal = join(folder, "journal") }) {
    this.#program = new URL(program, import.meta.url).pathname;
    this.args = args;
    this.#folder = folder;
    this.#journal = journal;
  }

  start() {
    this.#child = fork(this.#program, [...this.args, this.#folder], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#starts += 1;
  }

  /** Kills it without a word. Before its journal has the line of this start there would be nothing to kill. */
  async kill() {
    await until("the client to begin", () => this.#hasBegun(), PATIENCE);
    await this.end();
  }

  /** Kills it, and starts it again a moment later. */
  async restart(random) {
    await this.kill();
    await sleep(random() * LONGEST_REST);
    this.start();
  }

  tell(word) {
    this.#child.send(word);
  }

  /** Throws where it is gone and was not killed. */
  check() {
    const { exitCode } = this.#child;
    if (exitCode !== null) throw new Error(`the client ended by itself (code ${exitCode})`);
  }

  /** Waits until it ends by itself. */
  async ended() {
    if (this.#child.exitCode === null) await once(this.#child, "exit");
  }

  /** No process is left behind, whatever state it is in. */
  async end() {
    if (this.#child?.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** What it has written down so far. */
  lines() {
    return existsSync(this.#journal) ? readFileSync(this.#journal, "utf8").trimEnd().split("\n") : [];
  }

  #hasBegun() {
    this.check();
    return this.lines().filter((line) => line[0] === "s").length === this.#starts;
  }
}
