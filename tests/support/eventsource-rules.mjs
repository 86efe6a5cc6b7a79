// What the standard asks of an EventSource (HTML, 9.2), and what ours adds, as a list that runs
// wherever there is an EventSource: in Node, in pages, in workers; against ours and against the
// platform's own. Nothing here knows its runtime.
//
// A rule is `{ name, spec, run, native?, needs? }`. `keep` runs it, and throws where it is broken.
// `native` says why the platform's own class breaks it: a text for all platforms, or by engine:
// `{ chromium, firefox }`; or it is `OURS` where there is nothing of the kind. `needs` names what not every runtime has:
// "cookies" in fetch, "object URLs" (`URL.createObjectURL`), "a plain EventTarget" (workerd's calls
// whatever is in `on…` by itself, before all listeners).

import { equal, ok, pause, until } from "./anywhere.mjs";
import { beyond } from "./eventsource/beyond.mjs";
import { OURS } from "./eventsource/common.mjs";
import { connections } from "./eventsource/connections.mjs";
import { interfaceRules } from "./eventsource/interface.mjs";
import { messages } from "./eventsource/messages.mjs";
import { requests } from "./eventsource/requests.mjs";

export { OURS };

export const rules = [...requests, ...connections, ...messages, ...interfaceRules, ...beyond];

/** Runs one rule with a class against a server, and closes what it has opened. */
export async function keep(rule, EventSource, origins) {
  const its = context(EventSource, origins);
  try {
    await rule.run(its);
  } finally {
    its.end();
  }
}

/**
 * What a rule gets.
 * @param EventSource the class
 * @param origins `{ origin, otherOrigin, deadOrigin }` of `eventsource-server.mjs`
 */
function context(EventSource, { origin, otherOrigin, deadOrigin }) {
  const sources = [];
  const of = (steps, key = crypto.randomUUID()) => ({
    key,
    url: `${origin}/events?${new URLSearchParams({ key, steps: JSON.stringify(steps) })}`,
  });
  return {
    EventSource,
    origin,
    otherOrigin,
    deadOrigin,
    equal,
    ok,
    of,
    until,
    pause,
    /** Listens to a URL, to steps of the server, or to what `of` made, and writes down what is told. */
    listen(what, { init, types = [] } = {}) {
      const { key, url } = Array.isArray(what) ? of(what) : Object(what) === what ? what : { url: what };
      const source = new EventSource(url, init);
      sources.push(source);
      return notebook(source, types, () => asked(origin, key));
    },
    notebook(source, types = []) {
      sources.push(source);
      return notebook(source, types);
    },
    cookie: (key) => fetch(`${origin}/cookie?key=${key}`, { credentials: "include" }),
    /** Ends whatever the rule has left open. */
    end: () => sources.forEach((source) => source.close()),
  };
}

/** What was told: `open`, `error` and messages, each with the state in which it was. */
function notebook(source, types, log) {
  const told = [];
  const write = (event) => {
    const { type, data, lastEventId, origin } = event;
    const entry = { type, state: source.readyState, event };
    if (data !== undefined) Object.assign(entry, { data, id: lastEventId, origin });
    told.push(entry);
  };
  for (const type of ["open", "message", "error", ...types]) source.addEventListener(type, write);
  return {
    source,
    told,
    log,
    get lines() {
      return told.map(({ type, state, data }) => `${type} ${state}${data === undefined ? "" : ` ${data}`}`);
    },
    get messages() {
      return told.filter(({ data }) => data !== undefined);
    },
    get data() {
      return this.messages.map(({ data }) => data);
    },
    get ids() {
      return this.messages.map(({ id }) => id);
    },
    count: (type) => told.filter((entry) => entry.type === type).length,
    heard: (type, times = 1) => until(`${times} ${type}`, () => told.filter((entry) => entry.type === type).length >= times),
    closed: () => until("the end", () => source.readyState === 2 && told.some(({ type }) => type === "error")),
    asked: (times) => until(`${times} requests`, async () => (await log()).length >= times),
  };
}

async function asked(origin, key) {
  return (await fetch(`${origin}/log?key=${key}`)).json();
}
