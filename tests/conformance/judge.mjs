// Compares what a client has told, and what the server has seen of it, with what a case expects.

import assert from "node:assert/strict";

/* Timers may fire a little early on another clock. */
const SLACK = 20;

/**
 * Throws where something differs.
 * @param expect the case's
 * @param heard `{ told, events, isOver }` from the runner
 * @param requests what the server has seen
 */
export function judge(expect, heard, requests) {
  const asked = requests.map(({ headers }) => lastEventIdOf(headers));
  assert.ok(heard.isOver, `it never came to an end; told: ${heard.told}; asked: ${JSON.stringify(asked)}`);
  if (expect.events) assert.deepEqual(heard.events, expect.events, "the events");
  if (expect.told) assert.deepEqual(heard.told, expect.told, "what it told");
  if (expect.asked) assert.deepEqual(asked, expect.asked, "Last-Event-ID of the requests");
  if (expect.paths) {
    const paths = requests.slice(0, expect.paths.length).map(({ search }) => search);
    assert.deepEqual(paths, expect.paths, "where it asked");
  }
  if (expect.headers) {
    const [{ method, headers }] = requests;
    const sent = Object.keys(expect.headers).map((name) => [name, headers[name]]);
    assert.deepEqual({ method, ...Object.fromEntries(sent) }, { method: "GET", ...expect.headers }, "the request");
  }
  if (expect.pause !== undefined) {
    const pauses = requests.slice(1).map(({ at }, index) => at - requests[index].at);
    const shortest = Math.min(...pauses);
    assert.ok(shortest >= expect.pause - SLACK, `it asked again after ${Math.round(shortest)} ms`);
  }
  if (expect.dropped) assert.ok(requests[0].wasDropped, "the response was left open");
}

/** Node reads header bytes as Latin-1; ids travel as UTF-8. */
function lastEventIdOf(headers) {
  const bytes = headers["last-event-id"];
  return bytes === undefined ? null : Buffer.from(bytes, "latin1").toString("utf8");
}
