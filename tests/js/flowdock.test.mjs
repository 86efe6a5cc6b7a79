import assert from "node:assert/strict";
import test from "node:test";
import { memoryStore } from "brookmark";
import { flowdock } from "brookmark/connectors";
import { FLOWS, asked, at, emulate, heard, messages, post, watchFlows } from "../support/flowdock.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, until } from "../support/waiting.mjs";

const of = (events, flow) => events.filter((event) => event.startsWith(flow));

for (const format of ["json", "event-stream"]) {
  test(`messages of several flows arrive parsed (${format})`, async (t) => {
    const emulator = await emulate(t);
    const seen = watchFlows(t, emulator, { format, active: "idle", user: true });
    await seen.received(2);
    assert.deepEqual(seen.data.map(({ event }) => event), ["activity.user", "activity.user"]);
    const sent = [emulator.post("acme/main", "hällo"), emulator.post("acme/help", { content: "help", user: 1 })];
    await seen.received(4);
    assert.deepEqual(seen.data.slice(2), sent);
    assert.deepEqual(asked(emulator, "/flows"), [{ filter: "acme/main,acme/help", user: "1", active: "idle" }]);
    assert.deepEqual(seen.codes, []);
  });

  test(`a cut in the middle of a message, a restart and an end lose and repeat nothing (${format})`, async (t) => {
    const emulator = await emulate(t);
    const seen = watchFlows(t, emulator, { format });
    await seen.until("the stream", () => seen.states.at(-1) === "open" && emulator.connections === 1);
    post(emulator, "acme/main", 5);
    await seen.received(5);
    for (const fault of [() => emulator.cut({ after: 300 }), () => emulator.restart(), () => emulator.end()]) {
      const before = seen.events.length;
      fault();
      post(emulator, "acme/main", 130);
      post(emulator, "acme/help", 7);
      await seen.received(before + 137);
    }
    post(emulator, "acme/main", 1);
    await seen.received(417);
    assert.deepEqual(of(heard(seen), "acme:main"), messages("acme/main", 1, 396));
    assert.deepEqual(of(heard(seen), "acme:help"), messages("acme/help", 1, 21));
  });

  test(`a stream that follows goes on at the bookmark (${format})`, async (t) => {
    const emulator = await emulate(t);
    const options = { format, bookmark: "flows", store: webStore() };
    const first = watchFlows(t, emulator, options);
    await first.until("the stream", () => emulator.connections === 1);
    post(emulator, "acme/main", 3);
    await first.received(3);
    await first.stream.close();
    post(emulator, "acme/help", 2);
    post(emulator, "acme/main", 2);
    const second = watchFlows(t, emulator, options);
    await second.received(4);
    post(emulator, "acme/main", 1);
    await second.received(5);
    assert.deepEqual(of(heard(second), "acme:main"), messages("acme/main", 4, 6));
    assert.deepEqual(of(heard(second), "acme:help"), messages("acme/help", 1, 2));
    assert.deepEqual([second.gaps, second.codes], [[], []]);
  });
}

for (const format of ["json", "event-stream"]) {
  test(`neither the order of flows nor how the user is shown makes another source (${format})`, async (t) => {
    const emulator = await emulate(t);
    const options = { format, bookmark: "flows", store: webStore() };
    const first = watchFlows(t, emulator, { ...options, active: true });
    await first.until("the stream", () => emulator.connections === 1);
    emulator.post("acme/main", "one");
    await first.until("the message", () => first.data.some(({ content }) => content === "one"));
    await first.stream.close();
    emulator.post("acme/main", "two");
    const second = watchFlows(t, emulator, { ...options, active: "idle", flows: [...FLOWS].reverse() });
    await second.until("the message", () => second.data.some(({ content }) => content === "two"));
    assert.deepEqual([second.gaps, second.codes], [[], []]);
  });
}

test("the position is a map of flows, and the id is the message's own", async (t) => {
  const emulator = await emulate(t);
  const seen = watchFlows(t, emulator, { start: "earliest" });
  await seen.until("a connection", () => emulator.connections === 1);
  post(emulator, "acme/main", 2);
  post(emulator, "acme/help", 1);
  await seen.received(3);
  assert.deepEqual(seen.ids, ["1", "2", "1"]);
  assert.deepEqual(
    seen.events.map(({ position }) => JSON.parse(position)),
    [
      { "acme:help": "0", "acme:main": "1" },
      { "acme:help": "0", "acme:main": "2" },
      { "acme:help": "1", "acme:main": "2" },
    ],
  );
  await seen.until("the last commit", () => seen.stream.position === seen.events[2].position);
});

test("a stream begins where it is told to: with new messages, the first, or behind a position", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 120);
  post(emulator, "acme/help", 3);
  const [latest, earliest, behind] = ["latest", "earliest", { position: '{"acme:main":"118","acme:help":"1"}' }].map((start) =>
    watchFlows(t, emulator, { start }),
  );
  await earliest.received(123);
  await behind.received(4);
  await latest.until("its connection", () => emulator.connections === 3 && latest.stream.position !== null);
  post(emulator, "acme/main", 1);
  for (const [seen, flow, count] of [[latest, "acme:main", 1], [earliest, "acme:main", 121], [behind, "acme:main", 3]]) {
    await seen.until("the new message", () => heard(seen).includes("acme:main 121"));
    assert.deepEqual(of(heard(seen), flow), messages("acme/main", 122 - count, 121));
  }
  assert.deepEqual(of(heard(behind), "acme:help"), messages("acme/help", 2, 3));
  assert.deepEqual(of(heard(latest), "acme:help"), []);
});

test("what is posted before the first message arrives is not lost, by a cut nor by a kill", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 10);
  const options = { bookmark: "flows", store: webStore() };
  const seen = watchFlows(t, emulator, options);
  await seen.until("a position", () => seen.stream.position === '{"acme:help":"0","acme:main":"10"}');
  await emulator.stop();
  post(emulator, "acme/main", 1);
  await emulator.start();
  await seen.received(1);
  assert.deepEqual(heard(seen), ["acme:main 11"]);

  const idle = { bookmark: "idle", store: webStore() };
  const killed = watchFlows(t, emulator, idle);
  await killed.until("its bookmark", () => killed.commits.length === 1);
  await killed.stream.close();
  post(emulator, "acme/help", 1);
  const next = watchFlows(t, emulator, idle);
  await next.received(1);
  assert.deepEqual([heard(next), killed.events], [["acme:help 1"], []]);
});

test("nothing is lost or repeated between what is listed and what is live", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 250);
  /* A message comes before and after each answer, so also between any two. */
  const busy = async (url, init) => {
    post(emulator, "acme/main", 1);
    const response = await fetch(url, init);
    post(emulator, "acme/main", 1);
    return response;
  };
  const seen = watchFlows(t, emulator, { start: "earliest", flows: ["acme/main"], fetch: busy });
  await seen.until("all", () => seen.events.length > 250 && seen.events.length === emulator.messages("acme/main").length);
  await aWhile();
  assert.deepEqual(heard(seen), messages("acme/main", 1, emulator.messages("acme/main").length));
});

for (const [start, expected] of [["latest", ["acme:help 4"]], ["earliest", messages("acme/help", 1, 4)]]) {
  test(`a flow that is added later begins at its ${start} message, and the others go on`, async (t) => {
    const emulator = await emulate(t);
    post(emulator, "acme/main", 3);
    post(emulator, "acme/help", 3);
    const options = { bookmark: "flows", store: webStore(), start };
    const one = watchFlows(t, emulator, { ...options, flows: ["acme/main"] });
    await one.until("a bookmark", () => one.stream.position === '{"acme:main":"3"}');
    await one.stream.close();
    post(emulator, "acme/main", 1);
    const both = watchFlows(t, emulator, options);
    await both.until("the position of both", () => both.stream.position?.includes('"acme:main":"4"'));
    post(emulator, "acme/help", 1);
    await both.until("all", () => both.events.length === expected.length + 1);
    assert.deepEqual(of(heard(both), "acme:main"), ["acme:main 4"]);
    assert.deepEqual(of(heard(both), "acme:help"), expected);
    assert.deepEqual(both.gaps, []);
  });
}

test("flows can be named by id, and are asked for only once", async (t) => {
  const emulator = await emulate(t, { flows: [{ path: "acme/main", id: "6f67fd0b-b764" }] });
  const seen = watchFlows(t, emulator, { flows: ["6f67fd0b-b764"], start: "earliest" });
  post(emulator, "acme/main", 1);
  await seen.received(1);
  emulator.cut();
  post(emulator, "acme/main", 1);
  await seen.received(2);
  assert.deepEqual(asked(emulator, "/flows/find"), [{ id: "6f67fd0b-b764" }]);
  assert.deepEqual(asked(emulator, "/flows/acme/main/messages").map(({ since_id }) => since_id), ["0", "1"]);
});

test("a flow's id may be any text", async (t) => {
  const id = 'fließ "1" \\ {流}\u0001';
  const emulator = await emulate(t, { flows: [{ path: "acme/main", id }] });
  post(emulator, "acme/main", 1);
  const seen = watchFlows(t, emulator, { flows: ["acme/main"] });
  await seen.until("a position", () => seen.stream.position !== null);
  await emulator.stop();
  post(emulator, "acme/main", 1);
  await emulator.start();
  await seen.received(1);
  assert.deepEqual(JSON.parse(seen.events[0].position), { [id]: "2" });
});

test("ids keep all their digits on their way from a list to the next one", async (t) => {
  const emulator = await emulate(t);
  const ids = Array.from({ length: 150 }, (_, index) => String(9007199254740993n + BigInt(index)));
  const asked = [];
  const large = async (url, init) => {
    const since = new URL(url).searchParams.get("since_id");
    if (since === null) return fetch(url, init);
    asked.push(since);
    const page = ids.filter((id) => BigInt(id) > BigInt(since)).slice(0, 100);
    return new Response(`[${page.map((id) => `{"id":${id},\r\n"flow":"acme:main"}`).join()}]`);
  };
  const seen = watchFlows(t, emulator, { start: "earliest", flows: ["acme/main"], fetch: large });
  await seen.received(150);
  assert.deepEqual([seen.ids, asked], [ids, ["0", ids[99]]]);
});

test("pages are asked for as they are handled", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 1_000);
  let release;
  const blocked = new Promise((resolve) => (release = resolve));
  const options = { start: "earliest", flows: ["acme/main"], highWaterMark: 50, onEvent: () => blocked };
  const seen = watchFlows(t, emulator, options);
  await seen.received(1);
  await aWhile();
  const pages = () => asked(emulator, "/flows/acme/main/messages").length;
  assert.ok(pages() <= 3, `${pages()} pages`);
  release();
  await seen.received(1_000);
  await until("the page behind the last message", () => pages() === 11);
});

test("a close in the middle of the listing ends it", async (t) => {
  const emulator = await emulate(t);
  post(emulator, "acme/main", 1_000);
  const seen = watchFlows(t, emulator, { start: "earliest", highWaterMark: 50, onEvent: (_, stream) => void stream.close() });
  await seen.end();
  await until("the end of the connection", () => emulator.connections === 0);
  const before = emulator.requests.length;
  await aWhile();
  assert.deepEqual([emulator.requests.length, seen.events.length], [before, 1]);
});

test("private messages come too, and in the JSON format they have no position", async (t) => {
  const emulator = await emulate(t);
  const seen = watchFlows(t, emulator, { user: true });
  await seen.until("the stream", () => seen.stream.position !== null);
  const { position } = seen.stream;
  const headers = { authorization: `Basic ${btoa("token:")}`, "content-type": "application/json" };
  await fetch(`${emulator.apiUrl}/private/1/messages`, { method: "POST", headers, body: '{"event":"message","content":"psst"}' });
  await seen.received(1);
  assert.deepEqual([seen.data[0].to, seen.ids[0], seen.events[0].position], ["1", "", position]);
});

test("memoryStore and BrookmarkError are those of the package itself", async () => {
  const stream = flowdock({ token: "t", flows: ["a/b"], store: memoryStore() });
  await stream.close();
  assert.throws(() => flowdock({}), { name: "BrookmarkError", code: "bad-option", culprit: "misuse", retryable: false });
});

test("options that cannot work are refused at once", () => {
  const good = at({ streamUrl: "http://127.0.0.1:1", apiUrl: "http://127.0.0.1:1" });
  for (const [wrong, message] of [
    [{ token: undefined }, /token is neither/],
    [{ token: "" }, /token is neither/],
    [{ token: 5 }, /token is neither/],
    [{ auth: "oauth" }, /exclude each other/],
    [{ token: undefined, auth: "oauth", tokenIn: "query" }, /needs a token/],
    [{ flows: [] }, /neither flows nor user/],
    [{ flows: "acme/main" }, /flows is no array/],
    [{ flows: ["a/b/c"] }, /flows is no array/],
    [{ flows: ["a,b"] }, /flows is no array/],
    [{ format: "ndjson" }, /format is none of/],
    [{ tokenIn: "cookie" }, /tokenIn is none of/],
    [{ active: "yes" }, /active is none of/],
    [{ user: 1 }, /user is none of/],
    [{ format: "event-stream", start: "earliest" }, /cannot begin at the earliest/],
    [{ flows: [], user: true, bookmark: "b" }, /have no position/],
    [{ start: { position: "17" } }, /no map of positions/],
    [{ retry: 5 }, /retry is neither/],
    [{ fetch: "fetch" }, /fetch is no function/],
    [{ headers: "x: y" }, /headers is no object or function/],
    [{ onGap: "ignore" }, /onGap is none of/],
    [{ onGap: "ignore", format: "event-stream" }, /onGap is none of/],
  ]) {
    assert.throws(() => flowdock({ ...good, ...wrong }), (error) => error.code === "bad-option" && message.test(error.message), JSON.stringify(wrong));
  }
  for (const name of ["streamUrl", "apiUrl"]) {
    for (const url of ["nowhere", "ftp://127.0.0.1", "http://user:s3cr3t@127.0.0.1", "http://127.0.0.1/?a", "http://127.0.0.1/#a"]) {
      assert.throws(() => flowdock({ ...good, [name]: url }), (error) => error.code === "bad-url" && !error.message.includes("s3cr3t"), url);
    }
  }
});
