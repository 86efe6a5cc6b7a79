// What the standard asks of an EventSource (HTML, 9.2), and what ours adds, as a list that runs
// wherever there is an EventSource: in Node, in pages, in workers; against ours and against the
// platform's own. Nothing here knows its runtime.
//
// A rule is `{ name, spec, run, native?, needs? }`. `keep` runs it, and throws where it is broken.
// `native` says why the platform's own class breaks or lacks it: a text for all platforms, or by engine:
// `{ chromium, firefox }`. `needs` names what not every runtime has: "cookies".

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
    asked: (key) => asked(origin, key),
    cookie: (key) => fetch(`${origin}/cookie?key=${key}`, { credentials: "include" }),
    /** Ends whatever the rule has left open. */
    end: () => sources.forEach((source) => source.close()),
  };
}

/** Runs one rule with a class against a server, and closes what it has opened. */
export async function keep(rule, EventSource, origins) {
  const its = context(EventSource, origins);
  try {
    await rule.run(its);
  } finally {
    its.end();
  }
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

async function until(what, check, limit = 15_000) {
  const deadline = Date.now() + limit;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${limit} ms for ${what}`);
    await pause(5);
  }
}

function ok(value, message) {
  if (!value) throw new Error(message);
}

/** Compares plain data by its text. */
function equal(actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value, (_, part) => part ?? `${part}`));
  if (found !== wanted) throw new Error(`${found}\n  instead of ${wanted}`);
}

/** Long enough for something that must not happen. */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Comes back soon, so that a rule about the second connection is quick. */
const SOON = "retry: 500\n";
/** Longer than `SOON`, so that a connection that must not come would have come. */
const LATER = 1_200;

/** What `act` throws, or null. */
function thrown(act) {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}

const OURS = "beyond the standard";

export const rules = [
  {
    name: "the request is a GET that accepts event streams and takes nothing from a cache",
    spec: "9.2.3",
    async run({ listen, equal }) {
      const { heard, log } = listen([{}]);
      await heard("open");
      const [{ method, accept, cache, id }] = await log();
      equal({ method, accept, cache, id }, { method: "GET", accept: "text/event-stream", cache: "no-cache", id: null });
    },
  },
  {
    name: "cookies of another origin go along only with credentials",
    spec: "9.2.2",
    needs: "cookies",
    async run({ listen, cookie, equal }) {
      await cookie("crumb");
      const sent = async (withCredentials) => {
        const { source, heard, log } = listen([{}], { init: { withCredentials } });
        await heard("open");
        equal(source.withCredentials, withCredentials);
        return (await log())[0].cookie?.includes("crumb=1") ?? false;
      };
      equal([await sent(true), await sent(false)], [true, false]);
    },
  },
  ...[201, 202, 204, 205, 210, 299, 404, 410, 429, 500, 503].map((status) => ({
    name: `status ${status} is the end, at once and later`,
    spec: "9.2.3",
    async run({ listen, equal, pause }) {
      const first = listen([{ status, body: status === 204 ? "" : "data: 1\n\n" }]);
      const later = listen([{ body: SOON, end: "end" }, { status, end: "end" }, {}]);
      await first.closed();
      await later.closed();
      await pause(LATER);
      equal(first.lines, ["error 2"]);
      equal(later.lines, ["open 1", "error 0", "error 2"]);
      equal([(await first.log()).length, (await later.log()).length], [1, 2]);
    },
  })),
  ...["text/event-stream;", "text/event-stream;charset=windows-1252", "TEXT/Event-Stream", "text/event-stream; x=1"].map(
    (type) => ({
      name: `the type "${type}" opens, and the text is UTF-8`,
      spec: "9.2.3",
      native: type.includes("charset") && { chromium: "decodes by the charset" },
      async run({ listen, equal }) {
        const its = listen([{ type, body: "data: \u20ac\n\n" }]);
        await its.heard("message");
        equal(its.data, ["\u20ac"]);
      },
    }),
  ),
  ...["text/x-bogus", "text/event-streamfoo", "text/event-stream-foo", "text/html", null].map((type) => ({
    name: `the type ${type} is the end`,
    spec: "9.2.3",
    async run({ listen, equal }) {
      /* Without a type, some wait for more of the body before they say which it is. */
      const its = listen([{ type, body: "data: 1\n\n", end: type === null ? "end" : "open" }]);
      await its.closed();
      equal(its.lines, ["error 2"]);
    },
  })),
  ...[301, 302, 303, 307, 308].map((redirect) => ({
    name: `a redirect by ${redirect} is followed, and forgotten`,
    spec: "9.2.3",
    native: { chromium: "comes back to where it was sent" },
    async run({ listen, equal, ok, otherOrigin }) {
      const its = listen([
        { redirect, away: true },
        { body: `${SOON}data: 1\n\n`, end: "end" },
        { body: "data: 2\n\n" },
      ]);
      const { url } = its.source;
      await its.heard("message", 2);
      equal(its.source.url, url);
      equal(its.messages[0].origin, otherOrigin);
      ok(its.messages[1].origin !== otherOrigin, "the second connection begins at the first URL");
    },
  })),
  {
    name: "open comes before all messages, and finds the source open",
    spec: "9.2.3",
    async run({ listen, equal }) {
      const its = listen([{ body: "data: 1\n\n" }]);
      equal(its.source.readyState, 0);
      await its.heard("message");
      equal(its.lines, ["open 1", "message 1 1"]);
    },
  },
  {
    name: "open and error are plain events",
    spec: "9.2.3",
    async run({ listen, equal }) {
      const its = listen([{ body: SOON, end: "end" }, { status: 404, end: "end" }]);
      await its.closed();
      for (const { event } of its.told) {
        const { bubbles, cancelable } = event;
        const plain = Object.getPrototypeOf(event) === Event.prototype;
        equal({ plain, bubbles, cancelable, data: "data" in event }, { plain: true, bubbles: false, cancelable: false, data: false });
      }
    },
  },
  {
    name: "a message is a MessageEvent with data, lastEventId and origin",
    spec: "9.2.6",
    async run({ listen, equal, origin }) {
      const its = listen([{ body: "id: 7\ndata: a\ndata: b\n\n" }]);
      await its.heard("message");
      const [{ event }] = its.messages;
      const { type, data, lastEventId, bubbles, cancelable, target, source, ports } = event;
      equal(
        { type, data, lastEventId, origin: event.origin, bubbles, cancelable, source, ports: [...ports] },
        { type: "message", data: "a\nb", lastEventId: "7", origin, bubbles: false, cancelable: false, source: null, ports: [] },
      );
      equal(target === its.source, true);
      if (globalThis.MessageEvent) equal(event instanceof MessageEvent, true);
    },
  },
  {
    name: "a named event goes to the listeners of its name alone",
    spec: "9.2.6",
    async run({ listen, equal }) {
      const wire = "event: deal\ndata: 1\n\nevent: Deal\ndata: 2\n\nevent:\ndata: 3\n\ndata: 4\n\n";
      const its = listen([{ body: wire }], { types: ["deal"] });
      await its.heard("message", 2);
      equal(its.lines, ["open 1", "deal 1 1", "message 1 3", "message 1 4"]);
    },
  },
  {
    name: "an event of the server may be called open or error",
    spec: "9.2.6",
    async run({ listen, equal }) {
      const its = listen([{ body: "event: error\ndata: 1\n\nevent: open\ndata: 2\n\ndata: 3\n\n" }]);
      await its.heard("message");
      equal(its.lines, ["open 1", "error 1 1", "open 1 2", "message 1 3"]);
    },
  },
  ...["end", "cut"].map((end) => ({
    name: `after a body's ${end === "end" ? "end" : "cut"}: connecting, error, the reconnection time, a new connection`,
    spec: "9.2.3",
    async run({ listen, equal, ok }) {
      const its = listen([{ body: "retry: 700\ndata: 1\n\n", end }, { body: "data: 2\n\n" }]);
      await its.heard("message", 2);
      equal(its.lines, ["open 1", "message 1 1", "error 0", "open 1", "message 1 2"]);
      const [first, second] = await its.log();
      ok(second.at - first.goneAt >= 690, `came back after ${second.at - first.goneAt} ms`);
    },
  })),
  {
    name: "without a word from the server the reconnection time is some seconds",
    spec: "9.2.2",
    async run({ listen, ok }) {
      const its = listen([{ end: "end" }, {}]);
      await its.heard("open", 2);
      const [first, second] = await its.log();
      const took = second.at - first.goneAt;
      ok(took >= 1_900 && took < 9_000, `${took} ms`);
    },
  },
  {
    name: "a host that does not answer is asked again",
    spec: "9.2.3",
    async run({ listen, equal, deadOrigin }) {
      const its = listen(deadOrigin);
      await its.heard("error");
      equal(its.lines, ["error 0"]);
    },
  },
  {
    name: "a source that connects and hangs up is asked again without growing delays",
    spec: "9.2.3",
    async run({ listen, ok }) {
      const its = listen([{ body: SOON, end: "end" }]);
      await its.heard("open", 5);
      const log = await its.log();
      ok(log[4].at - log[0].at < 4 * 1_000, `5 connections in ${log[4].at - log[0].at} ms`);
    },
  },
  {
    name: "retry: 0 is no leave to hammer",
    spec: "9.2.3",
    native: { chromium: "has no floor" },
    async run({ listen, ok, pause }) {
      const its = listen([{ body: "retry: 0\n", end: "end" }]);
      await pause(1_500);
      const { length } = await its.log();
      ok(length >= 2 && length <= 4, `${length} requests in 1.5 s`);
    },
  },
  {
    name: "retry: 3000000000 is no leave to hammer either",
    spec: "9.2.3",
    async run({ listen, equal, pause }) {
      const its = listen([{ body: "retry: 3000000000\n", end: "end" }]);
      await its.heard("error");
      await pause(LATER);
      equal((await its.log()).length, 1);
    },
  },
  ...["50x", "+5", "-1", "5 0", " ", ""].map((value) => ({
    name: `retry: "${value}" changes nothing`,
    spec: "9.2.6",
    native: value.trim() === "" && { chromium: "takes it for its default" },
    async run({ listen, ok }) {
      const its = listen([{ body: `retry: 900\nretry:${value}\n\n`, end: "end" }, {}]);
      await its.heard("open", 2);
      const [first, second] = await its.log();
      const took = second.at - first.goneAt;
      ok(took >= 890 && took < 2_800, `${took} ms`);
    },
  })),
  ...["ftp://127.0.0.1/", "about:blank", "mailto:whatwg@example.org", "javascript:alert('x')", "unknown:x"].map((url) => ({
    name: `${url} is the end, but not before the constructor returns`,
    spec: "9.2.3",
    async run({ listen, equal, pause }) {
      const its = listen(url);
      equal([its.source.readyState, its.source.url], [0, url]);
      await its.closed();
      await pause(50);
      equal(its.lines, ["error 2"]);
    },
  })),
  {
    name: "data: URLs have events",
    spec: "9.2.2",
    async run({ listen, equal }) {
      const its = listen(`data:text/event-stream,${encodeURIComponent("retry: 60000\ndata: 1\n\n")}`);
      await its.heard("message");
      equal([its.data, its.messages[0].origin], [["1"], "null"]);
    },
  },
  {
    name: "blob: URLs have events",
    spec: "9.2.2",
    async run({ listen, equal }) {
      const blob = new Blob(["retry: 60000\ndata: 1\n\n"], { type: "text/event-stream" });
      const its = listen(URL.createObjectURL(blob));
      await its.heard("message");
      equal(its.data, ["1"]);
    },
  },
  {
    name: "after close() nothing is told, not even what has arrived already",
    spec: "9.2.2",
    async run({ listen, equal, pause }) {
      const its = listen([{ body: "data: 1\n\ndata: 2\n\nevent: end\ndata: 3\n\n", end: "end" }], { types: ["end"] });
      its.source.addEventListener("message", () => its.source.close());
      await its.heard("message");
      equal(its.source.readyState, 2);
      await pause(100);
      equal(its.lines, ["open 1", "message 1 1"]);
    },
  },
  {
    name: "close() before the connection: nothing is told",
    spec: "9.2.2",
    async run({ listen, equal, pause }) {
      const its = listen([{ body: "data: 1\n\n" }]);
      its.source.close();
      equal(its.source.readyState, 2);
      await pause(200);
      equal(its.lines, []);
    },
  },
  {
    name: "close() in open: no message follows",
    spec: "9.2.2",
    async run({ listen, equal, pause }) {
      const its = listen([{ body: "data: 1\n\n" }]);
      its.source.addEventListener("open", () => its.source.close());
      await its.heard("open");
      await pause(200);
      equal(its.lines, ["open 1"]);
    },
  },
  {
    name: "close() in error: no new connection",
    spec: "9.2.3",
    async run({ listen, equal, pause }) {
      const its = listen([{ body: SOON, end: "end" }]);
      its.source.addEventListener("error", () => its.source.close());
      await its.heard("error");
      await pause(LATER);
      equal([its.lines, (await its.log()).length, its.source.readyState], [["open 1", "error 0"], 1, 2]);
    },
  },
  {
    name: "close() while the reconnection time passes: no new connection",
    spec: "9.2.3",
    async run({ listen, equal, pause }) {
      const its = listen([{ body: SOON, end: "end" }]);
      await its.heard("error");
      await pause(50);
      its.source.close();
      await pause(LATER);
      equal([its.lines, (await its.log()).length], [["open 1", "error 0"], 1]);
    },
  },
  {
    name: "close() gives the connection up",
    spec: "9.2.2",
    async run({ listen, until }) {
      const its = listen([{ body: "data: 1\n\n" }]);
      await its.heard("message");
      its.source.close();
      await until("the server to notice", async () => (await its.log())[0].gone);
    },
  },
  {
    name: "close() a second time does nothing",
    spec: "9.2.2",
    async run({ listen, equal }) {
      const { source } = listen([{}]);
      equal([source.close(), source.close(), source.readyState], [undefined, undefined, 2]);
    },
  },
  ...[{ status: 404 }, { status: 500 }, { type: "text/html" }].map((step) => ({
    name: `a refused response (${step.status ?? step.type}) is given up, though its body goes on`,
    spec: "9.2.3",
    async run({ listen, until, equal }) {
      const its = listen([{ ...step, body: "x" }]);
      await its.closed();
      await until("the server to notice", async () => (await its.log())[0].gone);
      equal(its.lines, ["error 2"]);
    },
  })),
  {
    name: "the last event id goes along, as UTF-8",
    spec: "9.2.4",
    async run({ listen, equal }) {
      const its = listen([{ body: `${SOON}id: \u2026\u017c 1\ndata: 1\n\n`, end: "end" }, {}]);
      await its.heard("open", 2);
      equal((await its.log()).map(({ id }) => id), [null, "\u2026\u017c 1"]);
    },
  },
  ...["id", "id:"].map((line) => ({
    name: `"${line}" resets the last event id, and nothing goes along`,
    spec: "9.2.6",
    async run({ listen, equal }) {
      const its = listen([{ body: `${SOON}id: 1\ndata: 1\n\n${line}\ndata: 2\n\n`, end: "end" }, {}]);
      await its.heard("open", 2);
      equal([its.ids, (await its.log())[1].id], [["1", ""], null]);
    },
  })),
  {
    name: "an event without an id has the last one, also after reconnecting, and again",
    spec: "9.2.6",
    async run({ listen, equal }) {
      const its = listen([
        { body: `${SOON}id: 1\ndata: 1\n\ndata: 2\n\n`, end: "end" },
        { body: "data: 3\n\n", end: "end" },
        { body: "data: 4\n\n" },
      ]);
      await its.heard("message", 4);
      equal([its.ids, (await its.log()).map(({ id }) => id)], [["1", "1", "1", "1"], [null, "1", "1"]]);
    },
  },
  {
    name: "an id in a block without data counts",
    spec: "9.2.6",
    native: { firefox: "ignores it" },
    async run({ listen, equal }) {
      const its = listen([{ body: `${SOON}id: 1\n\ndata: 1\n\n`, end: "end" }, {}]);
      await its.heard("open", 2);
      equal([its.ids, (await its.log())[1].id], [["1"], "1"]);
    },
  },
  {
    name: "an id with a NUL is passed over, not its event",
    spec: "9.2.6",
    native: { firefox: "drops the event" },
    async run({ listen, equal }) {
      const its = listen([{ body: "id: 1\ndata: 1\n\nid: 2\0\ndata: 2\n\n" }]);
      await its.heard("message", 2);
      equal(its.ids, ["1", "1"]);
    },
  },
  {
    name: "what the end of a body leaves unfinished is void",
    spec: "9.2.6",
    async run({ listen, equal }) {
      const its = listen([{ body: `${SOON}id: 1\ndata: 1\n\nid: 2\ndata: 2\n`, end: "end" }, { body: "\ndata: 3\n\n" }]);
      await its.heard("message", 2);
      equal([its.data, its.ids, (await its.log())[1].id], [["1", "3"], ["1", "1"], "1"]);
    },
  },
  {
    name: "an id that no header can carry is shown, and the one before goes along",
    spec: "9.2.4",
    native: "sends it changed, or does not come back",
    async run({ listen, equal }) {
      const its = listen([{ body: `${SOON}id: 1\ndata: 1\n\nid:  2 \ndata: 2\n\n`, end: "end" }, {}]);
      await its.heard("open", 2);
      equal([its.ids, (await its.log())[1].id], [["1", " 2 "], "1"]);
    },
  },
  {
    name: "an event that comes twice is told twice, within a connection and over two",
    spec: "9.2.6",
    async run({ listen, equal }) {
      const twice = "id: 1\ndata: 1\n\nid: 1\ndata: 1\n\n";
      const its = listen([{ body: `${SOON}${twice}`, end: "end" }, { body: `${twice}id: 2\ndata: 2\n\n` }]);
      await its.heard("message", 5);
      equal(its.data, ["1", "1", "1", "1", "2"]);
    },
  },
  {
    name: "very many events in one piece arrive in order",
    spec: "9.2.6",
    async run({ listen, equal }) {
      const its = listen([{ count: 3_000 }]);
      await its.heard("message", 3_000);
      equal(its.data, Array.from({ length: 3_000 }, (_, number) => String(number)));
    },
  },
  {
    name: "URLs are texts, resolved against the base; a bad one is a SyntaxError",
    spec: "9.2.2",
    run({ EventSource, equal, ok, origin }) {
      const base = globalThis.document?.baseURI ?? globalThis.location?.href;
      const made = (...args) => {
        const source = new EventSource(...args);
        source.close();
        return source.url;
      };
      for (const url of ["null", "undefined", "x?y#z", "/x", ""]) {
        if (base) {
          equal(made(url), new URL(url, base).href);
        } else {
          const error = thrown(() => made(url));
          equal([error instanceof DOMException, error.name], [true, "SyntaxError"]);
        }
      }
      if (base) equal([made(null), made(undefined)], [made("null"), made("undefined")]);
      equal(made({ toString: () => `${origin}/a b` }), `${origin}/a%20b`);
      equal(made(new URL(`${origin}/#x`)), `${origin}/#x`);
      for (const bad of ["http://a:b", "http://[x]/", "//:0"]) {
        const error = thrown(() => made(bad));
        ok(error instanceof DOMException && error.name === "SyntaxError", String(error));
      }
      equal(thrown(() => made()) instanceof TypeError, true);
      equal(thrown(() => made(Symbol("x"))) instanceof TypeError, true);
      equal(thrown(() => EventSource(origin)) instanceof TypeError, true);
    },
  },
  {
    name: "the second argument is a dictionary",
    spec: "9.2.2",
    run({ EventSource, equal, origin }) {
      const made = (init) => {
        const source = new EventSource(origin, init);
        source.close();
        return source.withCredentials;
      };
      equal([made(), made(undefined), made(null), made({}), made({ withCredentials: 1 })], [false, false, false, false, true]);
      equal(thrown(() => made(1)) instanceof TypeError, true);
    },
  },
  {
    name: "the interface is the one of the standard",
    spec: "9.2.2",
    run({ EventSource, equal, ok, listen }) {
      const { source } = listen([{}]);
      const constants = { CONNECTING: 0, OPEN: 1, CLOSED: 2 };
      for (const [name, value] of Object.entries(constants)) {
        const want = { value, writable: false, enumerable: true, configurable: false };
        equal(Object.getOwnPropertyDescriptor(EventSource, name), want);
        equal(Object.getOwnPropertyDescriptor(EventSource.prototype, name), want);
      }
      for (const name of ["url", "withCredentials", "readyState", "onopen", "onmessage", "onerror"]) {
        const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(EventSource.prototype, name);
        equal([typeof get, typeof set], ["function", name.startsWith("on") ? "function" : "undefined"]);
        equal({ enumerable, configurable }, { enumerable: true, configurable: true });
        equal(thrown(() => get.call({})) instanceof TypeError, true);
      }
      const { value: close, ...kind } = Object.getOwnPropertyDescriptor(EventSource.prototype, "close");
      equal([close.length, kind], [0, { writable: true, enumerable: true, configurable: true }]);
      equal([EventSource.name, EventSource.length], ["EventSource", 1]);
      equal(Object.prototype.toString.call(source), "[object EventSource]");
      ok(source instanceof EventTarget && Object.getPrototypeOf(EventSource) === EventTarget, "it is an EventTarget");
      equal(Object.keys(source), []);
      source.close();
      equal(source.readyState, EventSource.CLOSED);
    },
  },
  {
    name: "a handler has its place among the listeners, and keeps it when it is replaced",
    spec: "8.1.8.1",
    async run({ listen, equal, until }) {
      const { source } = listen([{ body: "data: 1\n\n" }]);
      const calls = [];
      source.addEventListener("message", () => calls.push("first"));
      source.onmessage = () => calls.push("never");
      source.addEventListener("message", () => calls.push("last"));
      source.onmessage = function (event) {
        calls.push(this === source && event.target === source ? "second" : "lost");
      };
      await until("the message", () => calls.length === 3);
      equal(calls, ["first", "second", "last"]);
    },
  },
  {
    name: "a handler that is taken away loses its place",
    spec: "8.1.8.1",
    async run({ listen, equal, until }) {
      const { source } = listen([{ body: "data: 1\n\n" }]);
      const calls = [];
      source.onmessage = () => calls.push("handler");
      source.onmessage = null;
      source.addEventListener("message", () => calls.push("listener"));
      source.onmessage = () => calls.push("handler");
      await until("the message", () => calls.length === 2);
      equal(calls, ["listener", "handler"]);
    },
  },
  {
    name: "what is no object is no handler, and what is no function is never called",
    spec: "8.1.8.1",
    async run({ listen, equal }) {
      const its = listen([{ body: "data: 1\n\n" }]);
      const { source } = its;
      const held = [null, undefined, 1, "x", true].map((value) => {
        source.onmessage = value;
        return source.onmessage;
      });
      equal(held, [null, null, null, null, null]);
      const object = { handleEvent: () => its.told.push({ type: "handleEvent" }) };
      source.onmessage = object;
      equal(source.onmessage === object, true);
      await its.heard("message");
      equal(its.count("handleEvent"), 0);
    },
  },
  {
    name: "it is a target like others: once, signal, dispatchEvent",
    spec: "9.2.2",
    async run({ listen, equal }) {
      const { source, heard } = listen([{ body: "data: 1\n\ndata: 2\n\n" }]);
      const calls = [];
      const controller = new AbortController();
      source.addEventListener("message", ({ data }) => calls.push(`once ${data}`), { once: true });
      source.addEventListener("message", () => calls.push("gone"), { signal: controller.signal });
      controller.abort();
      source.addEventListener("own", ({ type }) => calls.push(type));
      source.dispatchEvent(new Event("own"));
      await heard("message", 2);
      equal(calls, ["own", "once 1"]);
    },
  },
  {
    name: "who is not held and has listeners lives on",
    spec: "9.2.9",
    async run({ EventSource, of, until, equal, pause }) {
      const data = [];
      (() => {
        const source = new EventSource(of([{ body: `${SOON}data: 1\n\n`, end: "end" }, { body: "data: 2\n\n" }]).url);
        source.onmessage = (event) => {
          data.push(event.data);
          if (event.data === "2") source.close();
        };
      })();
      for (let turn = 0; turn < 5; turn += 1) {
        globalThis.gc?.();
        await pause(20);
      }
      await until("the second message", () => data.length === 2);
      equal(data, ["1", "2"]);
    },
  },
  {
    name: "user name and password in the URL are used, and stay in `url`",
    spec: "9.2.3",
    native: { chromium: "refuses such URLs" },
    async run({ listen, of, equal }) {
      const { key, url } = of([{}]);
      const its = listen({ key, url: url.replace("//", "//me:p%C3%BC@") });
      await its.heard("open");
      equal([its.source.url.includes("//me:p%C3%BC@"), (await its.log())[0].authorization], [true, "Basic bWU6cMO8"]);
    },
  },
  {
    name: "lastEventId and reconnectionTime can be read",
    spec: "html#12272",
    native: OURS,
    async run({ listen, equal }) {
      const its = listen([{ body: "retry: 5000\nid: 1\ndata: 1\n\nid: 2\n\n: that was it\n\n" }]);
      equal([its.source.lastEventId, its.source.reconnectionTime], ["", 3_000]);
      let seen;
      its.source.onmessage = () => (seen = its.source.lastEventId);
      await its.heard("message");
      equal([seen, its.source.lastEventId, its.source.reconnectionTime], ["1", "2", 5_000]);
      its.source.close();
      equal([its.source.lastEventId, its.source.reconnectionTime], ["2", 5_000]);
    },
  },
];
