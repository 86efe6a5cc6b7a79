// What becomes of a body: messages and their ids.

import { SOON } from "./common.mjs";

export const messages = [
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
];
