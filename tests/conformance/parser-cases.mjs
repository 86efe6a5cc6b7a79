// 26 cases of how bytes become events (HTML Standard, "Parsing an event stream" 9.2.5 and
// "Interpreting an event stream" 9.2.6). Data only: nothing here knows a runtime or a client.
//
// A case is one response, `text/event-stream`, whose body is written chunk by chunk and then ends.
// The client reconnects and is told to stop (204). Of each case is known:
//
//   name         what the standard wants, in one sentence
//   section      where it wants it
//   chunks       strings or bytes, each written and flushed alone; `heard(n)` waits there until the
//                client has told of n events
//   events       what it has to tell, `{ type, data, id }`; `id` is `lastEventId` in EventSource
//   lastEventId  what the second request asks for, "" for no header (which is the default)
//   pause        the least time until the second request, where the case is about that, in ms
//   deviations   a runtime whose own EventSource does something else, and what

/** One event; the type is `message` where none is given. */
export const event = (data, { type = "message", id = "" } = {}) => ({ type, data, id });

/** A place in a body: it goes on when the client has told of so many events, or of "open". */
export const heard = (what) => ({ heard: what });

const bytes = (...values) => Uint8Array.from(values);
const BOM = bytes(0xef, 0xbb, 0xbf);

/* More than the usual buffers hold, in pieces that fit none of them. */
const LONG = Array.from({ length: 40 }, (_, number) => `${number}-`.repeat(1_000));

export const PARSER_CASES = [
  {
    name: "the fields data, event and id make an event",
    section: "9.2.6",
    chunks: ["event: deal\nid: 7\ndata: sold\n\n"],
    events: [event("sold", { type: "deal", id: "7" })],
    lastEventId: "7",
  },
  {
    name: "lines end with CR LF, LF or CR, mixed at will",
    section: "9.2.5",
    chunks: ["data: a\r\ndata: b\ndata: c\r\r\n", "data: d\n\r\ndata: e\r\n\n"],
    events: [event("a\nb\nc"), event("d"), event("e")],
  },
  {
    name: "CR LF that is cut in two is one line end",
    section: "9.2.5",
    chunks: ["data: a\r", "\ndata: b\r", "\n\r", "\ndata: c\n\n"],
    events: [event("a\nb"), event("c")],
    deviations: {
      workerd: "each half ends a line",
    },
  },
  {
    name: "a CR ends its line at once, without waiting for the next byte",
    section: "9.2.5",
    chunks: ["data: a\r\r", heard(1), "\ndata: b\r\n\r", heard(2), "\n"],
    events: [event("a"), event("b")],
    deviations: {
      Deno: "it waits for the next byte",
    },
  },
  {
    name: "a byte order mark at the start is removed",
    section: "9.2.5",
    chunks: [BOM, "data: a\n\n"],
    events: [event("a")],
  },
  {
    name: "a byte order mark is removed when it comes byte by byte",
    section: "9.2.5",
    chunks: [...Array.from(BOM, (byte) => bytes(byte)), "data: a\n\n"],
    events: [event("a")],
    deviations: {
      workerd: "it stays",
    },
  },
  {
    name: "only one byte order mark is removed",
    section: "9.2.5",
    chunks: [BOM, BOM, "data: part of no field\ndata: a\n\n"],
    events: [event("a")],
  },
  {
    name: "a byte order mark anywhere else is text",
    section: "9.2.5",
    chunks: ["data: \ufeffa\n\n\ufeffdata: part of no field\ndata: b\ufeff\n\n"],
    events: [event("\ufeffa"), event("b\ufeff")],
  },
  {
    name: "characters may be cut at every byte",
    section: "9.2.5",
    chunks: [
      ...Array.from(new TextEncoder().encode("id: ż\ndata: größer 💶\n\n"), (byte) => bytes(byte)),
      "data: more\n\n",
    ],
    events: [event("größer 💶", { id: "ż" }), event("more", { id: "ż" })],
    lastEventId: "ż",
  },
  {
    name: "malformed UTF-8 becomes U+FFFD and ends nothing",
    section: "9.2.5",
    chunks: ["data: a", bytes(0xff), "b", bytes(0xe2, 0x82), "c\n\ndata: d", bytes(0xf0, 0x9f), "\n\n", "data: e\n\n"],
    events: [event("a\ufffdb\ufffdc"), event("d\ufffd"), event("e")],
  },
  {
    name: "comments and further blank lines are nothing",
    section: "9.2.6",
    chunks: ["\n\n:\n: data: no\n\ndata: a\n:id: 1\ndata: b\n\n\n\n", ":heartbeat\n\n", "data: c\n\n"],
    events: [event("a\nb"), event("c")],
  },
  {
    name: "one space after the colon is removed, never a second one, never a tab",
    section: "9.2.6",
    chunks: ["data:a\ndata: b\ndata:  c\ndata:\td\ndata: e: f\n\n"],
    events: [event("a\nb\n c\n\td\ne: f")],
  },
  {
    name: "a line without a colon is a field with an empty value",
    section: "9.2.6",
    chunks: ["data\n\ndata\ndata\n\n", "id: 1\nevent: x\nevent\ndata: a\n\n"],
    events: [event(""), event("\n"), event("a", { id: "1" })],
    lastEventId: "1",
    deviations: {
      workerd: "an event without text is dropped",
    },
  },
  {
    name: "data lines are joined by LF, empty ones too",
    section: "9.2.6",
    chunks: ["data:\ndata: a\ndata:\ndata: b\ndata:\n\n"],
    events: [event("\na\n\nb\n")],
  },
  {
    name: "an empty data field is an event",
    section: "9.2.6",
    chunks: ["data:\n\n", "event: primed\nid: 3\ndata: \n\n"],
    events: [event(""), event("", { type: "primed", id: "3" })],
    lastEventId: "3",
    deviations: {
      workerd: "it is dropped",
    },
  },
  {
    name: "a block without data is no event, and its type is forgotten",
    section: "9.2.6",
    chunks: ["event: deal\n\n", "data: a\n\n", "event: deal\nnote: x\n\ndata: b\n\n"],
    events: [event("a"), event("b")],
  },
  {
    name: "the type holds for one event, and an empty one is message",
    section: "9.2.6",
    chunks: ["event: deal\ndata: a\n\ndata: b\n\nevent: deal\nevent:\ndata: c\n\ndata: d\nevent: größer\n\n"],
    events: [event("a", { type: "deal" }), event("b"), event("c"), event("d", { type: "größer" })],
    deviations: {
      workerd: "an event of an emptied type is dropped",
    },
  },
  {
    name: "field names match exactly, and others are ignored",
    section: "9.2.6",
    chunks: [
      "Data: A\n data: B\ndata : C\ndata\0: D\nDATA: E\ncomment: F\nconstructor: G\n__proto__: H\ndat: I\ndatax: J\n",
      "ID: 9\nEvent: x\ndata: a\n\n",
    ],
    events: [event("a")],
  },
  {
    name: "an id holds for the events after it",
    section: "9.2.6",
    chunks: ["data: a\n\nid: 1\ndata: b\n\n", "data: c\n\ndata: d\nid: 2\n\n", "event: x\ndata: e\n\n"],
    events: [
      event("a"),
      event("b", { id: "1" }),
      event("c", { id: "1" }),
      event("d", { id: "2" }),
      event("e", { id: "2", type: "x" }),
    ],
    lastEventId: "2",
  },
  {
    name: "an empty id takes the id back",
    section: "9.2.6",
    chunks: ["id: 1\ndata: a\n\n", "id\ndata: b\n\n", "id: 2\ndata: c\n\n", "id:\ndata: d\n\n", "data: e\n\n"],
    events: [event("a", { id: "1" }), event("b"), event("c", { id: "2" }), event("d"), event("e")],
  },
  {
    name: "an id with NUL is ignored, its event is not",
    section: "9.2.6",
    chunks: ["id: 1\ndata: a\n\n", "id: 2\0\ndata: b\n\n", "id: 3\nid: \x004\ndata: c\n\n"],
    events: [event("a", { id: "1" }), event("b", { id: "1" }), event("c", { id: "3" })],
    lastEventId: "3",
    deviations: {
      Firefox: "the event is dropped too",
      workerd: "it is taken, and sent",
    },
  },
  {
    name: "the id of a block without data counts",
    section: "9.2.6",
    chunks: ["id: 1\ndata: a\n\n", "id: 2\n\n", "data: b\n\n", "id: 3\n\n"],
    events: [event("a", { id: "1" }), event("b", { id: "2" })],
    lastEventId: "3",
    deviations: {
      Firefox: "it is dropped",
    },
  },
  {
    name: "NUL in data is text",
    section: "9.2.6",
    chunks: ["data: a\0b\ndata: \0\n\n"],
    events: [event("a\0b\n\0")],
    deviations: {
      Firefox: "it is removed",
    },
  },
  {
    name: "a long line in many pieces arrives whole",
    section: "9.2.6",
    chunks: ["id: 1\ndata: ", ...LONG, "\n\n:", ...LONG, "\n", "data: after\n\n"],
    events: [event(LONG.join(""), { id: "1" }), event("after", { id: "1" })],
    lastEventId: "1",
  },
  {
    name: "an event that the end of the stream cuts off is dropped with its id",
    section: "9.2.6",
    chunks: ["id: 1\ndata: a\n\n", "id: 2\ndata: b\n"],
    events: [event("a", { id: "1" })],
    lastEventId: "1",
    deviations: {
      workerd: "its id is kept",
    },
  },
  // An empty value is left out: "only ASCII digits" can be read both ways, and browsers do.
  {
    name: "retry takes nothing but ASCII digits, in base ten, and needs no event",
    section: "9.2.6",
    chunks: [
      "retry: 03500\n",
      "retry: 20x\nretry: +20\nretry: -20\nretry: 2e1\nretry: 0x14\nretry: 20.5\nretry: ２０\n",
      "retry:  20\nretry: 20 \nRetry: 20\ndata: a\n\n",
    ],
    events: [event("a")],
    pause: 3_500,
    deviations: {
      Deno: "it takes others",
      workerd: "it takes others",
    },
  },
];
