// What is asked of a server, and what it may answer.

import { SOON, LATER } from "./common.mjs";

export const requests = [
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
      const isBare = status === 204 || status === 205;
      const first = listen([isBare ? { status, body: "", end: "end" } : { status, body: "data: 1\n\n" }]);
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
    native: {
      chromium: "comes back to where it was sent",
      ...([301, 308].includes(redirect) && { firefox: "comes back to where it was sent for good" }),
    },
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
    native: { firefox: "refuses such URLs" },
    async run({ listen, equal }) {
      const its = listen(`data:text/event-stream,${encodeURIComponent("retry: 60000\ndata: 1\n\n")}`);
      await its.heard("message");
      equal([its.data, its.messages[0].origin], [["1"], "null"]);
    },
  },
  {
    name: "blob: URLs have events",
    spec: "9.2.2",
    native: { firefox: "refuses such URLs" },
    needs: "object URLs",
    async run({ listen, equal }) {
      const blob = new Blob(["retry: 60000\ndata: 1\n\n"], { type: "text/event-stream" });
      const its = listen(URL.createObjectURL(blob));
      await its.heard("message");
      equal(its.data, ["1"]);
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
    name: "user name and password in the URL are used, and stay in `url`",
    spec: "9.2.3",
    native: { chromium: "refuses such URLs", firefox: "keeps them to itself" },
    async run({ listen, of, equal }) {
      const { key, url } = of([{}]);
      const its = listen({ key, url: url.replace("//", "//me:p%C3%BC@") });
      await its.heard("open");
      equal([its.source.url.includes("//me:p%C3%BC@"), (await its.log())[0].authorization], [true, "Basic bWU6cMO8"]);
    },
  },
];
