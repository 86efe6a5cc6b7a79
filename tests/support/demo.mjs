// The demo as a visitor has it: its own servers, its page in Chromium.
//
// Events count from 1 and the page begins at the oldest, so once it has caught up, what it handled
// and what it was told to be gone add up to the last number: an account apart from its counters.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { serve } from "../../www/serve.mjs";
import { openChromium } from "./chromium.mjs";

const PATIENCE = 20_000;
export const BUTTONS = [
  ...["cut", "half", "stall", "refuse", "kill", "forget", "burst", "repeat", "big"],
  ...["reload", "pause", "slow", "throw", "reconnect", "afresh"],
];
let browser;

/** One browser for all tests of a file. */
export function useChromium() {
  before(async () => {
    browser = await openChromium();
  });
  after(() => browser?.close());
}

/** Serves the demo until the test `t` ends. */
export async function start(t, port = 0) {
  const stateFolder = mkdtempSync(join(tmpdir(), "brookmark-demo-"));
  let server;
  t.after(async () => {
    await server?.close();
    rmSync(stateFolder, { recursive: true, force: true });
  });
  return (server = await serve({ port, quiet: true, stateFolder }));
}

/** A page of a visitor who comes for the first time, with events flowing. */
export async function visit(t, options = {}) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const server = await start(t);
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`in the page: ${error}`));
  const demo = new Demo(page, server.dealsUrl);
  await demo.command({ do: "rate", perSecond: 20 });
  await page.goto(server.url);
  await demo.flows();
  return demo;
}

class Demo {
  constructor(page, dealsUrl) {
    this.page = page;
    this.dealsUrl = dealsUrl;
  }

  async command(...commands) {
    const response = await fetch(`${this.dealsUrl}/control`, { method: "POST", body: JSON.stringify(commands) });
    assert.equal(response.status, 200, await response.text());
  }

  async status() {
    return (await fetch(`${this.dealsUrl}/status`)).json();
  }

  async positionsAsked() {
    return (await this.status()).requests.map((request) => request.lastEventId);
  }

  button(name) {
    return this.page.locator(`button[data-fault="${name}"], button#${name}`);
  }

  press(name) {
    return this.button(name).click();
  }

  text(id) {
    return this.page.textContent(`#${id}`);
  }

  async number(id) {
    return Number((await this.text(id)).replaceAll(",", ""));
  }

  /** Waits until `check(value)` is true in the page; a failure says what the page showed instead. */
  async sees(what, check, value) {
    try {
      await this.page.waitForFunction(check, value, { timeout: PATIENCE });
    } catch (error) {
      const shown = await this.page.evaluate(() =>
        ["state", "sentence", "fault-told", "counters", "position", "stats", "log"]
          .map((id) => `${id}: ${document.getElementById(id).innerText.replaceAll("\n", " ")}`)
          .join("\n"),
      );
      throw new Error(`waited for ${what}; the page shows\n${shown}`, { cause: error });
    }
  }

  shows(id, pattern) {
    return this.sees(
      `${pattern} in #${id}`,
      ([id, source]) => new RegExp(source).test(document.getElementById(id).textContent),
      [id, pattern.source],
    );
  }

  reaches(id, least) {
    return this.sees(
      `#${id} to reach ${least}`,
      ([id, least]) => Number(document.getElementById(id)?.textContent.replaceAll(",", "")) >= least,
      [id, least],
    );
  }

  isPressed(name) {
    return this.button(name).getAttribute("aria-pressed");
  }

  /** Waits until events come, also after all that came before. */
  async flows() {
    await this.reaches("stat-attempts", 1);
    await this.shows("state", /^open$/);
    await this.reaches("handled", (await this.number("handled")) + 3);
  }

  /** Waits until the page is connected anew, after `act` has ended its connection. */
  async comesBack(act) {
    const attempts = await this.number("stat-attempts");
    await act();
    await this.reaches("stat-attempts", attempts + 1);
    await this.shows("state", /^open$/);
  }

  /** Stops the flow, waits until the page has all there is, and gives the last number. */
  async catchUp() {
    await this.command({ do: "rate", perSecond: 0 });
    const last = (await this.status()).next - 1;
    await this.shows("position", new RegExp(`^event ${last}$`));
    return last;
  }

  async counts() {
    const names = ["lost", "repeated", "disordered", "told", "handled"];
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await this.number(name)])));
  }

  /** Catches up; then every event up to the last was handled once, but those told as gap. */
  async keptItsPlace({ told = 0 } = {}) {
    const last = await this.catchUp();
    assert.deepEqual(await this.counts(), { lost: 0, repeated: 0, disordered: 0, told, handled: last - told });
    assert.equal(await this.page.locator("#counters .wrong").count(), 0);
  }
}

/** What breaks the connection, and what the page says to it. */
export const BREAKS = {
  cut: ["by a cut", /was destroyed/, /the connection broke/],
  half: ["in the middle of an event", /part of an event/, /the connection broke/],
  stall: ["by a server that fell silent", /went silent/, /the server was silent for too long/],
  refuse: ["and then refused for a while", /answers 503/, /the server answered 503; attempt \d+ in (3\.\d|[4-8]\.\d) s/],
  kill: ["by the death of the server", /was killed/, /the connection broke/],
};
