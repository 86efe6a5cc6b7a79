import assert from "node:assert/strict";
import test from "node:test";
import { asked, emulate, heard, messages, post, watchFlows } from "../support/flowdock.mjs";
import { webStore } from "../support/stores.mjs";

const FORMATS = ["json", "event-stream"];

test("a list that is refused is what the attempt ends with", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 3);
  emulator.refuse({ status: 503, host: "api", times: 1 });
  const seen = watchFlows(t, emulator, { start: "earliest" });
  await seen.received(3);
  assert.deepEqual(seen.codes, ["server-error"]);
  assert.deepEqual([seen.errors[0].status, seen.errors[0].body], [503, '{"message":"Refused, as told"}']);
  assert.equal(emulator.connections, 1);
});

test("a list that is refused behind its first page cuts the attempt, and nothing is lost", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 450);
  let pages = 0;
  const failing = (url, init) => {
    if (url.includes("since_id")) pages += 1;
    return url.includes("since_id") && pages === 3 ? Promise.resolve(new Response("no", { status: 500 })) : fetch(url, init);
  };
  const seen = watchFlows(t, emulator, { start: "earliest", flows: ["acme/main"], fetch: failing });
  await seen.received(450);
  assert.deepEqual(seen.codes, ["network"]);
  assert.match(seen.errors[0].message, /a list of messages was answered with status 500/);
  assert.deepEqual(heard(seen), messages("acme/main", 1, 450));
});

test("a list that does not get on ends the attempt instead of going round for ever", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 150);
  const stuck = (url, init) => fetch(url.replace(/since_id=\d+/, "since_id=0"), init);
  const seen = watchFlows(t, emulator, { start: "earliest", flows: ["acme/main"], fetch: stuck, retry: false });
  const error = await seen.end();
  assert.match(error.message, /begin with that id/);
  assert.deepEqual(heard(seen), messages("acme/main", 1, 100));
});

for (const format of FORMATS) {
  test(`a token that has run out is asked for once more (${format})`, async (t) => {
    const emulator = await emulate(t);
    const asked = [];
    const token = async ({ refresh }) => {
      asked.push(refresh);
      return refresh ? "token" : "stale";
    };
    const seen = watchFlows(t, emulator, { format, token });
    await seen.until("the stream", () => emulator.connections === 1);
    post(emulator, "acme/main", 1);
    await seen.received(1);
    assert.deepEqual([asked, seen.codes], [[false, true], []]);
  });

  test(`a token that is not known ends the stream (${format})`, async (t) => {
    const emulator = await emulate(t);
    const seen = watchFlows(t, emulator, { format, token: "nobody" });
    const { code, status, body } = await seen.end();
    assert.deepEqual([code, status, body], ["unauthorized", 401, '{"message":"Unauthorized"}']);
    assert.equal(emulator.requests.length, format === "json" ? 2 : 1);
  });

  test(`a flow that is not there ends the stream (${format})`, async (t) => {
    const emulator = await emulate(t);
    const seen = watchFlows(t, emulator, { format, flows: ["acme/none"] });
    const { code, status } = await seen.end();
    assert.deepEqual([code, status], ["bad-status", 404]);
  });

  test(`an OAuth token goes as a bearer, and headers of the application's own go along (${format})`, async (t) => {
    const emulator = await emulate(t);
    const headers = [];
    const look = (url, init) => {
      headers.push([init.headers.get("authorization"), init.headers.get("x-own")]);
      return fetch(url, init);
    };
    const seen = watchFlows(t, emulator, { format, token: undefined, auth: "token", headers: { "x-own": "1" }, fetch: look });
    await seen.until("the stream", () => emulator.connections === 1);
    assert.ok(headers.length > 0 && headers.every(([authorization, own]) => authorization === "Bearer token" && own === "1"));
  });

  test(`a token in the address gets nowhere else (${format})`, async (t) => {
    const secret = "se/cr et";
    const emulator = await emulate(t, { users: [{ id: 1, nick: "Ada", token: secret }] });
    const store = webStore();
    const told = [];
    let isQuoting = false;
    let count = 0;
    const quoting = (url, init) => {
      assert.equal(init.headers.get("authorization"), null);
      if (!isQuoting) return fetch(url, init);
      const cause = new TypeError(`cannot reach ${url}`);
      throw count++ % 2 === 0 ? cause : new TypeError("fetch failed", { cause });
    };
    const seen = watchFlows(t, emulator, {
      ...{ format, token: secret, tokenIn: "query", fetch: quoting, bookmark: "flows", store },
      onRetry: (retry) => told.push(retry),
    });
    await seen.until("the stream", () => emulator.connections === 1);
    post(emulator, "acme/main", 1);
    await seen.until("a commit of it", () => seen.events.length === 1 && seen.stream.position === seen.events[0].position);
    isQuoting = true;
    emulator.cut();
    await seen.until("the errors", () => seen.codes.length >= 3);
    isQuoting = false;
    post(emulator, "acme/main", 1);
    await seen.received(2);
    const shown = [...seen.errors.flatMap((error) => [error.message, error.stack, error.cause?.message, error.cause?.stack]), ...store.entries.values()];
    assert.ok(seen.errors.some(({ message }) => message.includes("cannot reach the URL")));
    for (const text of shown) assert.doesNotMatch(String(text), /se(\/|%2F)cr/i);
  });

  test(`delays are those of the service's own clients, unless the application names some (${format})`, async (t) => {
    const emulator = await emulate(t);
    const seen = watchFlows(t, emulator, { format, retry: { jitter: 0 } });
    const next = async (count, fault) => {
      await seen.until("the stream", () => emulator.connections === 1);
      fault();
      await seen.until("the retry", () => seen.retries.length === count);
    };
    await next(1, () => emulator.cut());
    await next(2, () => emulator.end());
    await next(3, () => emulator.end());
    await next(4, () => emulator.cut());
    await seen.until("the stream", () => emulator.connections === 1);
    emulator.refuse({ host: "stream", status: 500, times: 1 });
    await next(6, () => emulator.cut());
    assert.deepEqual(seen.retries.map(({ delay }) => delay), [200, 10, 20, 400, 600, 2_000]);

    const own = watchFlows(t, emulator, { format, retry: { min: 30, max: 30, jitter: 0 } });
    emulator.refuse({ times: 1 });
    await own.until("the retry", () => own.retries.length === 1);
    assert.equal(own.retries[0].delay, 30);
  });
}

test("a gap of the event stream goes on with new messages, whatever was asked for", async (t) => {
  for (const onGap of [undefined, "earliest", () => "earliest"]) {
    const emulator = await emulate(t);
    post(emulator, "acme/main", 2);
    const store = webStore(new Map([["brookmark:flows", "rubbish"]]));
    const seen = watchFlows(t, emulator, { format: "event-stream", bookmark: "flows", store, onGap });
    await seen.until("the stream", () => emulator.connections === 1);
    post(emulator, "acme/main", 1);
    await seen.received(1);
    assert.deepEqual([heard(seen), emulator.requests[0].lastEventId], [["acme:main 3"], null]);
  }
});

test("a gap in the JSON format goes on from the first message", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 150);
  const store = webStore(new Map([["brookmark:flows", "rubbish"]]));
  const seen = watchFlows(t, emulator, { bookmark: "flows", store, flows: ["acme/main"] });
  await seen.received(150);
  assert.deepEqual(heard(seen), messages("acme/main", 1, 150));
  assert.deepEqual(seen.gaps.map(({ reason }) => reason), ["bookmark-unreadable"]);
  assert.deepEqual(asked(emulator, "/flows/acme/main/messages").map(({ since_id }) => since_id), ["0", "100"]);
});
