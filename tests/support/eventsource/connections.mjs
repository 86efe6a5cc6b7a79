// The life of a connection: begun, cut, begun again, closed.

import { SOON, LATER } from "./common.mjs";

export const connections = [
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
    native: { firefox: "gives up" },
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
      ok(log[4].at - log[0].at < 6_000, `5 connections in ${log[4].at - log[0].at} ms`);
    },
  },
  {
    name: "retry: 0 is no leave to hammer",
    spec: "9.2.3",
    native: { chromium: "has no floor" },
    async run({ listen, ok }) {
      const its = listen([{ body: "retry: 0\n", end: "end" }]);
      await its.asked(3);
      const [first, , third] = await its.log();
      ok(third.at - first.at >= 900, `3 requests in ${third.at - first.at} ms`);
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
    native: value.trim() === "" && { chromium: "takes it for its default", firefox: "takes it for zero" },
    async run({ listen, ok }) {
      const its = listen([{ body: `retry: 900\nretry:${value}\n\n`, end: "end" }, {}]);
      await its.heard("open", 2);
      const [first, second] = await its.log();
      const took = second.at - first.goneAt;
      ok(took >= 890 && took < 2_800, `${took} ms`);
    },
  })),
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
];
