// The class itself: its constructor, its properties, its handlers.

import { SOON, thrown } from "./common.mjs";

export const interfaceRules = [
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
      equal(made(Object.create({ withCredentials: true })), true);
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
    needs: "a plain EventTarget",
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
    needs: "a plain EventTarget",
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
];
