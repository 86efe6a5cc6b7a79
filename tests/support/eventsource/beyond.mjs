// What ours has beyond the standard.

import { OURS, SOON } from "./common.mjs";

const ours = (spec, name, run) => ({ name, spec, native: OURS, run });

/** A stream of bytes that a rule feeds: `write(text)`, `close()`, `error()`. */
function bytes() {
  const its = { cancelled: false };
  its.stream = new ReadableStream({
    start(controller) {
      its.write = (text) => controller.enqueue(new TextEncoder().encode(text));
      its.close = () => controller.close();
      its.error = () => controller.error(new Error("cut"));
    },
    cancel: () => void (its.cancelled = true),
  });
  return its;
}

/** A store that tells what it holds. */
function memory() {
  const items = new Map();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** Answers for a fetch of the application's own. */
const response = (body, url) => ({ status: 200, headers: [["content-type", "text/event-stream"]], body, url });

const whatwg12272 = "whatwg/html pull request 12272";

export const beyond = [
  ours(whatwg12272, "lastEventId and reconnectionTime can be read", async ({ listen, equal }) => {
    const its = listen([{ body: "retry: 5000\nid: 1\ndata: 1\n\nid: 2\n\n: that was it\n\n" }]);
    equal([its.source.lastEventId, its.source.reconnectionTime], ["", 3_000]);
    let seen;
    its.source.onmessage = () => (seen = its.source.lastEventId);
    await its.heard("message");
    equal([seen, its.source.lastEventId, its.source.reconnectionTime], ["1", "2", 5_000]);
    its.source.close();
    equal([its.source.lastEventId, its.source.reconnectionTime], ["2", 5_000]);
  }),
  ours(whatwg12272, "a stream of one's own: opens, tells, and its end is the end", async ({ EventSource, notebook, equal, pause }) => {
    const { stream, write, close } = bytes();
    const its = notebook(EventSource.fromReadableStream(stream));
    const { source } = its;
    equal([source instanceof EventSource, stream.locked], [true, true]);
    equal([source.readyState, source.url, source.withCredentials, source.lastEventId], [0, "about:event-stream", false, ""]);
    for (const piece of ["\ufeffretry: 40\nid: 4", "2\nda", "ta: 1\r", "\n\r\ndata: 2\n\n", "data: 3\n"]) write(piece);
    await its.heard("message", 2);
    equal([source.lastEventId, source.reconnectionTime, its.messages[0].origin], ["42", 40, "null"]);
    close();
    await its.closed();
    await pause(700);
    equal(its.lines, ["open 1", "message 1 1", "message 1 2", "error 2"]);
  }),
  ours(whatwg12272, "a stream of one's own that breaks, or holds no bytes, is at its end", async ({ EventSource, notebook, equal }) => {
    const broken = bytes();
    broken.error();
    const words = new ReadableStream({ start: (controller) => controller.enqueue("data: 1\n\n") });
    for (const stream of [broken.stream, words]) {
      const its = notebook(EventSource.fromReadableStream(stream));
      await its.closed();
      equal([its.count("error"), its.data], [1, []]);
    }
  }),
  ours(whatwg12272, "a stream of one's own is cancelled by close(), begun or not", async ({ EventSource, notebook, equal, until }) => {
    const [begun, fresh] = [bytes(), bytes()];
    const its = notebook(EventSource.fromReadableStream(begun.stream));
    await its.heard("open");
    its.source.close();
    EventSource.fromReadableStream(fresh.stream).close();
    await until("both to be cancelled", () => begun.cancelled && fresh.cancelled);
    equal(its.lines, ["open 1"]);
  }),
  ours(whatwg12272, "what is no stream, or is read already, is refused at once", ({ EventSource, equal }) => {
    const { stream } = bytes();
    stream.getReader();
    const refused = [undefined, {}, stream].map((value) => {
      try {
        EventSource.fromReadableStream(value);
        return "taken";
      } catch (error) {
        return error.name;
      }
    });
    equal(refused, ["TypeError", "TypeError", "TypeError"]);
  }),
  ours(whatwg12272, "reset() voids what is unfinished, and keeps id and reconnection time", async ({ EventSource, notebook, equal }) => {
    const { stream, write } = bytes();
    const its = notebook(EventSource.fromReadableStream(stream));
    write("retry: 70\nid: 1\ndata: 1\n\nid: 2\ndata: unfin");
    await its.heard("message");
    its.source.reset();
    write("\ufeffdata: 2\n\n");
    await its.heard("message", 2);
    equal([its.data, its.ids, its.source.reconnectionTime], [["1", "2"], ["1", "1"], 70]);
  }),
  ours(whatwg12272, "reset() is for streams of one's own", ({ listen, equal }) => {
    let name;
    try {
      listen([{}]).source.reset();
    } catch (error) {
      ({ name } = error);
    }
    equal(name, "InvalidStateError");
  }),
  ours("init", "headers go along each time, and a function is asked for each attempt", async ({ listen, equal }) => {
    const steps = [{ body: `${SOON}data: 1\n\n`, end: "end" }, {}];
    const fixed = listen(steps, { init: { headers: { "x-own": "a", accept: "text/event-stream, */*" }, auth: "t" } });
    let asked = 0;
    const made = listen(steps, { init: { headers: async () => ({ "x-own": String((asked += 1)) }) } });
    await fixed.heard("open", 2);
    await made.heard("open", 2);
    equal((await fixed.log()).map(({ own, accept, authorization }) => [own, accept, authorization]), [
      ["a", "text/event-stream, */*", "Bearer t"],
      ["a", "text/event-stream, */*", "Bearer t"],
    ]);
    equal((await made.log()).map(({ own }) => own), ["1", "2"]);
  }),
  ours("init", "a 401 is the end, but where a function can renew what was refused", async ({ listen, equal }) => {
    const steps = [{ status: 401, body: "x" }, {}];
    const fixed = listen(steps, { init: { auth: "old" } });
    await fixed.closed();
    equal([fixed.lines, (await fixed.log()).length], [["error 2"], 1]);
    const made = listen(steps, { init: { auth: ({ refresh }) => (refresh ? "new" : "old") } });
    await made.heard("open");
    equal([made.lines, (await made.log()).map(({ authorization }) => authorization)], [["open 1"], ["Bearer old", "Bearer new"]]);
    const vain = listen([{ status: 401, body: "x" }], { init: { auth: () => "old" } });
    await vain.closed();
    equal([vain.lines, (await vain.log()).length], [["error 2"], 2]);
  }),
  ours("init", "a request with a body is sent once", async ({ listen, equal, pause }) => {
    const init = { method: "POST", body: "question", headers: { "content-type": "text/plain" } };
    const its = listen([{ body: `${SOON}data: 1\n\n`, end: "end" }], { init });
    await its.closed();
    await pause(700);
    equal(its.lines, ["open 1", "message 1 1", "error 2"]);
    equal((await its.log()).map(({ method, body }) => [method, body]), [["POST", "question"]]);
  }),
  ours("init", "a fetch of one's own is used, and may not know where it has been", async ({ listen, equal }) => {
    const seen = [];
    const fetch = async (url, { method, headers }) => {
      seen.push([url, method, headers.get("accept")]);
      const { stream, write } = bytes();
      write("data: 1\n\n");
      return response(stream);
    };
    const its = listen("https://example.org/a#b", { init: { fetch } });
    await its.heard("message");
    equal([seen, its.messages[0].origin], [[["https://example.org/a#b", "GET", "text/event-stream"]], "https://example.org"]);
  }),
  ours("init", "what cannot be used is refused at once", ({ EventSource, origin, equal }) => {
    const codes = [{ headers: 1 }, { auth: {} }, { fetch: 1 }, { store: {} }, { bookmark: "" }, { body: "x" }].map((init) => {
      try {
        new EventSource(origin, init).close();
        return "taken";
      } catch (error) {
        return error.code;
      }
    });
    equal(codes, Array(6).fill("bad-option"));
  }),
  ours("init", "with a bookmark, the next one goes on behind what was told, and repeats are dropped", async ({ listen, of, equal, until }) => {
    const store = memory();
    const init = { bookmark: "deals", store };
    const wire = "id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n";
    const steps = of([{ body: wire }, { body: `${wire.slice(15)}id: 4\ndata: 4\n\n` }]);
    const first = listen(steps, { init });
    first.source.addEventListener("message", ({ data }) => data === "2" && first.source.close());
    await until("the first to close", () => first.source.readyState === 2);
    equal([first.data, store.items.size], [["1", "2"], 1]);
    const second = listen(steps, { init });
    await second.heard("message", 2);
    equal([second.data, (await second.log()).map(({ id }) => id)], [["3", "4"], [null, "2"]]);
  }),
  ours("init", "a bookmark that cannot be used is as none", async ({ listen, equal }) => {
    const store = memory();
    store.setItem("brookmark:deals", "damaged");
    const its = listen([{ body: "id: 1\ndata: 1\n\n" }], { init: { bookmark: "deals", store } });
    await its.heard("message");
    equal([its.lines, (await its.log())[0].id], [["open 1", "message 1 1"], null]);
    equal(store.getItem("brookmark:deals") === "damaged", false);
  }),
];
