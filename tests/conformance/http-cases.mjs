// 16 cases of what a client asks over HTTP, what it makes of an answer, and when it asks again
// (HTML Standard, 9.2.2 and 9.2.3; Fetch Standard for the request). Data only, as the parser's cases.
//
// A case scripts a server. Its n-th request gets the n-th response, and then 204, which ends it:
//
//   name, section  as in the parser's cases
//   responses      { status, headers, body, end }: the body's chunks as there; `end` is "end" (default),
//                  "cut" (the connection is reset), or "never" (it stays open until the client drops it)
//   close          the client is closed when it first tells of that: "event", or "lost" (the connection,
//                  for now or for good)
//   quiet          how long it is listened to after that, or after it told of a loss where nobody
//                  closes it, in ms; without it, the case is over when the client tells of the end
//
//   expect         what must be observed, in all parts that are given:
//     told         all that the client tells, in order: "open", "event", "lost" (it will reconnect),
//                  "ended" (it will not)
//     events       the events
//     asked        for each request, the `Last-Event-ID`; null: no such header
//     paths        for the first requests, what they ask for behind the address of the case
//     headers      headers of the first request, and the least that they say
//     pause        the least time between two requests, in ms
//     dropped      whether the client has dropped the connection of the first response
//
//   deviations     as in the parser's cases

import { event, heard } from "./parser-cases.mjs";

const STREAM = { "content-type": "text/event-stream" };

/** Sends a stream: `reply("data: a\n\n")`. A short `retry` keeps the test short. */
const reply = (...body) => ({ status: 200, headers: STREAM, body: ["retry: 50\n", ...body] });
const typed = (type, ...body) => ({ status: 200, headers: { "content-type": type }, body });
const redirect = (status, to) => ({ status, headers: { location: to }, body: [] });

export const HTTP_CASES = [
  {
    name: "the request is a GET for an event stream, past every cache, without a position",
    section: "9.2.2",
    responses: [reply("data: a\n\n")],
    expect: {
      events: [event("a")],
      asked: [null, null],
      headers: { accept: "text/event-stream", "cache-control": "no-cache" },
    },
    deviations: {
      Deno: "it says nothing of caches",
    },
  },
  // A comment goes along, since Firefox hands over no response, to anybody, before its first byte.
  {
    name: "the connection is open once the head is there, before any event",
    section: "9.2.3",
    responses: [reply(":\n", heard("open"), "data: a\n\n")],
    expect: { told: ["open", "event", "lost", "ended"], events: [event("a")] },
  },
  {
    name: "the type may have any case and parameters",
    section: "9.2.3",
    responses: [typed("TEXT/Event-Stream;a=b;", "data: a\n\n")],
    expect: { told: ["open", "event", "lost", "ended"], events: [event("a")] },
  },
  {
    name: "the stream is UTF-8, whatever charset is named",
    section: "9.2.5",
    responses: [typed("text/event-stream; charset=windows-1252", "id: ż\ndata: größer 💶\n\n")],
    expect: { events: [event("größer 💶", { id: "ż" })], asked: [null, "ż"] },
    deviations: {
      Chromium: "it refuses the response",
    },
  },
  {
    name: "another type is refused for good",
    section: "9.2.3",
    responses: [typed("text/event-streamfoo", "retry: 50\nid: 1\ndata: a\n\n")],
    quiet: 1_500,
    expect: { told: ["ended"], asked: [null] },
    deviations: {
      Deno: "a type that begins alike is taken",
    },
  },
  {
    name: "a status of refusal is final, and its body is dropped, unread as events",
    section: "9.2.3",
    responses: [{ status: 404, headers: STREAM, body: ["retry: 50\nid: 1\ndata: a\n\n"], end: "never" }],
    quiet: 1_500,
    expect: { told: ["ended"], asked: [null], dropped: true },
  },
  {
    name: "what a failing server sends is no stream",
    section: "9.2.3",
    responses: [{ status: 500, headers: STREAM, body: ["retry: 50\nid: 1\ndata: a\n\n"] }],
    close: "lost",
    quiet: 1_500,
    expect: { events: [], asked: [null] },
  },
  {
    name: "204 ends it, at the first request too",
    section: "9.2.3",
    responses: [],
    quiet: 1_500,
    expect: { told: ["ended"], asked: [null] },
  },
  // Where the next request goes is left open: to where the last one was redirected, as the standard
  // has it by way of Fetch, or to the first address, which decides anew.
  {
    name: "redirects of every kind are followed",
    section: "9.2.3",
    responses: [
      redirect(301, "?2"),
      redirect(302, "?3"),
      redirect(303, "?4"),
      redirect(307, "?5"),
      redirect(308, "?6"),
      reply("id: 1\ndata: a\n\n"),
    ],
    expect: {
      told: ["open", "event", "lost", "ended"],
      events: [event("a", { id: "1" })],
      asked: [null, null, null, null, null, null, "1"],
      paths: ["", "?2", "?3", "?4", "?5", "?6"],
    },
  },
  {
    name: "the id outlives connections that bring none",
    section: "9.2.3",
    responses: [reply("id: 1\ndata: a\n\n"), reply("data: b\n\n"), reply(": nothing\n\n")],
    expect: {
      told: ["open", "event", "lost", "open", "event", "lost", "open", "lost", "ended"],
      events: [event("a", { id: "1" }), event("b", { id: "1" })],
      asked: [null, "1", "1", "1"],
    },
  },
  {
    name: "a connection cut in an event is taken up behind the event before",
    section: "9.2.3",
    responses: [
      { ...reply("id: 1\ndata: a\n\nid: 2\ndata: b", heard(1)), end: "cut" },
      reply("id: 2\ndata: c\n\n"),
    ],
    expect: {
      told: ["open", "event", "lost", "open", "event", "lost", "ended"],
      events: [event("a", { id: "1" }), event("c", { id: "2" })],
      asked: [null, "1", "2"],
    },
    deviations: {
      workerd: "the id of the half event is kept",
    },
  },
  {
    name: "the id goes out as UTF-8",
    section: "9.2.3",
    responses: [reply("id: größer-ż-💶\ndata: a\n\n")],
    expect: { events: [event("a", { id: "größer-ż-💶" })], asked: [null, "größer-ż-💶"] },
  },
  {
    name: "closed in an event, it tells of no other event, though it was there already",
    section: "9.2.2",
    responses: [{ ...reply("id: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\n"), end: "never" }],
    close: "event",
    quiet: 1_500,
    expect: { told: ["open", "event"], events: [event("a", { id: "1" })], asked: [null], dropped: true },
    deviations: {
      workerd: "it reconnects",
    },
  },
  {
    name: "closed when it tells of the end of the connection, it does not reconnect",
    section: "9.2.2",
    responses: [reply("data: a\n\n")],
    close: "lost",
    quiet: 2_500,
    expect: { told: ["open", "event", "lost"], asked: [null] },
    deviations: {
      workerd: "it reconnects",
    },
  },
  {
    name: "a reconnection time of zero does not make it hammer",
    section: "9.2.3",
    responses: ["a", "b", "c"].map((data) => typed("text/event-stream", `retry: 0\ndata: ${data}\n\n`)),
    expect: { events: [event("a"), event("b"), event("c")], pause: 200 },
    deviations: {
      Chromium: "it asks again at once",
      Deno: "it asks again at once",
    },
  },
  {
    name: "a reconnection time beyond every timer does not make it reconnect at once",
    section: "9.2.3",
    responses: [typed("text/event-stream", "retry: 3000000000\ndata: a\n\n")],
    quiet: 1_500,
    expect: { told: ["open", "event", "lost"], events: [event("a")], asked: [null] },
    deviations: {
      Deno: "it asks again at once",
    },
  },
];
