import assert from "node:assert/strict";
import test from "node:test";
import { firehose } from "brookmark/connectors";
import { asked, at, changed, create, emulate, range, watchChanges } from "../support/firehose.mjs";
import { webStore } from "../support/stores.mjs";
import { aWhile, until } from "../support/waiting.mjs";

const HOUR = 3_600_000;

test("changes arrive as they are, with what they replaced", async (t) => {
  const emulator = await emulate(t);
  const told = [
    emulator.change("deals", { name: "größer", value: "99999999999999999.99" }),
    emulator.change("deals", { id: 1, value: "2.00", tags: ["hot"] }, { cause: "system" }),
    emulator.remove("deals", 1),
  ];
  const seen = watchChanges(t, emulator, { start: "earliest" });
  await seen.received(3);
  assert.deepEqual(seen.data, told);
  assert.deepEqual(seen.data[1].meta.previous, { value: "99999999999999999.99", tags: [] });
  assert.deepEqual(seen.events.map(({ type }) => type), ["created", "updated", "deleted"]);
  assert.deepEqual(seen.ids, told.map(({ meta }) => meta.event_id));
  assert.deepEqual(seen.codes, []);
});

test("a stream begins where it is told to: at the top, the tail, or behind a position", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 30);
  const earliest = watchChanges(t, emulator, { start: "earliest" });
  await earliest.until("all and its position", () => earliest.events.length === 30 && earliest.stream.position !== null);
  const behind = earliest.stream.position;
  create(emulator, 5);
  const [latest, later] = [watchChanges(t, emulator), watchChanges(t, emulator, { start: { position: behind } })];
  await later.received(5);
  await latest.until("its position", () => latest.stream.position !== null);
  create(emulator, 1);
  for (const [seen, from] of [[earliest, 1], [later, 31], [latest, 36]]) {
    await seen.until("the last change", () => changed(seen).includes(36));
    assert.deepEqual(changed(seen), range(from, 36));
  }
});

test("all pages are read to the top, then there is a wait", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 350);
  const tops = [];
  const seen = watchChanges(t, emulator, { start: "earliest", every: 300, onTop: (info) => tops.push(info) });
  await seen.until("the top", () => tops.length === 1);
  await seen.received(350);
  assert.deepEqual(changed(seen), range(1, 350));
  assert.deepEqual(asked(emulator).map(({ limit }) => limit), Array(4).fill("100"));
  assert.equal(tops[0].events, 350);
  create(emulator, 1);
  await seen.received(351);
  const [last, next] = emulator.requests.slice(3);
  assert.ok(next.at - last.at >= 290, `asked again after ${next.at - last.at} ms`);
});

test("a page without items is no top", async (t) => {
  const emulator = await emulate(t, { scan: 10 });
  create(emulator, 1);
  emulator.elsewhere("deals", 95);
  create(emulator, 1);
  const seen = watchChanges(t, emulator, { start: "earliest", every: 60_000 });
  await seen.received(2);
  assert.deepEqual(changed(seen), [1, 2]);
  assert.equal(new Set(asked(emulator).map(({ position }) => position)).size, asked(emulator).length, "no page is asked for twice");
});

test("several resources share a stream and a bookmark, with a position each", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 120);
  create(emulator, 130, "contacts");
  const options = { bookmark: "changes", store: webStore(), start: "earliest" };
  const one = watchChanges(t, emulator, { ...options, resources: ["deals", "contacts"] });
  await one.received(250);
  assert.deepEqual([changed(one), changed(one, "contact")], [range(1, 120), range(1, 130)]);
  await one.until("both positions", () => Object.keys(JSON.parse(one.commits.at(-1) ?? "{}")).length === 2);
  await one.stream.close();
  create(emulator, 2, "contacts");
  create(emulator, 3, "leads");
  const two = watchChanges(t, emulator, { ...options, resources: ["deals", "contacts", "leads"] });
  await two.received(5);
  await aWhile();
  assert.deepEqual([changed(two), changed(two, "contact"), changed(two, "lead")], [[], [131, 132], [1, 2, 3]]);
  assert.deepEqual(Object.keys(JSON.parse(two.stream.position)).sort(), ["contacts", "deals", "leads"]);
  assert.deepEqual(two.gaps, []);
});

test("a snapshot that is shown again is dropped, also after a restart", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 40);
  emulator.repeat("deals", 30);
  create(emulator, 1);
  const options = { bookmark: "changes", store: webStore(), start: "earliest" };
  const one = watchChanges(t, emulator, options);
  await one.received(41);
  await one.until("its bookmark", () => one.commits.length > 0 && one.commits.at(-1) === one.stream.position);
  await one.stream.close();
  emulator.repeat("deals", 60);
  create(emulator, 1);
  const two = watchChanges(t, emulator, options);
  await two.received(1);
  await aWhile();
  assert.deepEqual([changed(one), changed(two)], [range(1, 41), [42]]);
});

test("a stream that follows goes on at the bookmark, also where nothing had happened yet", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 3);
  const options = { bookmark: "changes", store: webStore() };
  const idle = watchChanges(t, emulator, options);
  await idle.until("its bookmark", () => idle.commits.length === 1);
  await idle.stream.close();
  create(emulator, 2);
  const next = watchChanges(t, emulator, options);
  await next.received(2);
  assert.deepEqual([changed(idle), changed(next)], [[], [4, 5]]);
});

for (const [policy, expected] of [["earliest", range(8, 12)], ["latest", [12]], ["fail", []]]) {
  test(`a position that is no longer kept is a gap: ${policy}`, async (t) => {
    const emulator = await emulate(t);
    create(emulator, 3);
    const options = { bookmark: "changes", store: webStore() };
    const before = watchChanges(t, emulator, { ...options, start: "earliest" });
    await before.until("its bookmark", () => before.commits.length > 0 && before.events.length === 3);
    await before.stream.close();
    create(emulator, 4);
    emulator.advance(73 * HOUR);
    create(emulator, 4);
    const seen = watchChanges(t, emulator, { ...options, onGap: policy });
    await seen.until("the gap", () => seen.gaps.length === 1);
    assert.equal(seen.gaps[0].reason, "position-expired");
    assert.equal(seen.gaps[0].position, JSON.parse(before.commits.at(-1)).deals);
    if (policy === "fail") {
      assert.equal((await seen.end()).code, "position-expired");
    } else {
      await seen.until("a position of now", () => seen.stream.position !== before.commits.at(-1) && asked(emulator).at(-1).position.length > 4);
      create(emulator, 1);
      await seen.received(expected.length);
    }
    await aWhile();
    assert.deepEqual([changed(seen), seen.gaps.length], [expected, 1]);
  });
}

test("one resource that has expired leaves the others where they are", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 2);
  create(emulator, 2, "leads");
  const options = { bookmark: "changes", store: webStore(), start: "earliest", resources: ["deals", "leads"] };
  const before = watchChanges(t, emulator, options);
  await before.received(4);
  await before.until("its bookmark", () => before.commits.at(-1) === before.stream.position);
  await before.stream.close();
  create(emulator, 1);
  emulator.advance(73 * HOUR);
  create(emulator, 2);
  create(emulator, 2, "leads");
  const seen = watchChanges(t, emulator, options);
  await seen.received(4);
  assert.deepEqual([changed(seen), changed(seen, "lead"), seen.gaps.length], [[4, 5], [3, 4], 1]);
});

test("cuts, broken bodies, pages for people and errors lose and repeat nothing", async (t) => {
  const emulator = await emulate(t);
  const seen = watchChanges(t, emulator, { start: "earliest" });
  let total = 0;
  for (const [code, fault] of [
    ["network", () => emulator.cut({ after: 1_000 })],
    ["network", () => emulator.cut()],
    ["bad-page", () => emulator.truncate({ after: 5_000 })],
    ["bad-page", () => emulator.truncate({ after: 0 })],
    ["bad-content-type", () => emulator.html()],
    ["server-error", () => emulator.refuse({ status: 503, times: 2 })],
    ["server-error", () => emulator.refuse({ status: 500, times: 1 })],
    ["too-many-requests", () => emulator.refuse({ status: 429, times: 1 })],
    ["network", () => emulator.restart()],
  ]) {
    const before = seen.errors.length;
    create(emulator, 130);
    await fault();
    total += 130;
    await seen.received(total);
    if (seen.errors.length > before) assert.equal(seen.codes[before], code);
  }
  assert.deepEqual(changed(seen), range(1, total));
  assert.ok(seen.errors.length > 6, seen.codes.join());
  assert.deepEqual(seen.gaps, []);
});

test("a token that has run out is asked for once more, and one that is not known ends the stream", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 1);
  const refreshes = [];
  const token = async ({ refresh }) => {
    refreshes.push(refresh);
    return refresh ? "token" : "stale";
  };
  const seen = watchChanges(t, emulator, { start: "earliest", token });
  await seen.received(1);
  assert.deepEqual([refreshes.slice(0, 2), seen.codes], [[false, true], []]);
  const nobody = watchChanges(t, emulator, { token: "nobody" });
  const { code, status, message } = await nobody.end();
  assert.deepEqual([code, status], ["unauthorized", 401]);
  assert.ok(!message.includes("nobody"));
});

test("a resource that is none ends the stream", async (t) => {
  const emulator = await emulate(t);
  const { code, status } = await watchChanges(t, emulator, { resource: "cars" }).end();
  assert.deepEqual([code, status], ["bad-status", 404]);
});

test("it says what it is, unless the application does", async (t) => {
  const emulator = await emulate(t);
  const agents = async (options) => {
    const count = emulator.requests.length;
    const { stream } = watchChanges(t, emulator, options);
    await until("a request", () => emulator.requests.length > count);
    await stream.close();
    return emulator.requests[count].headers["user-agent"];
  };
  assert.equal(await agents({}), "brookmark");
  assert.equal(await agents({ headers: { "User-Agent": "mine" } }), "mine");
  assert.equal(await agents({ headers: async () => [["x-own", "1"]] }), "brookmark");
  assert.equal(await agents({ headers: new Map([["user-agent", "theirs"]]).entries() }), "theirs");
});

test("the stream can be drained: to the top, and no further", async (t) => {
  const emulator = await emulate(t);
  create(emulator, 250);
  const options = { bookmark: "changes", store: webStore(), start: "earliest" };
  for (const expected of [range(1, 250), range(251, 253)]) {
    const seen = watchChanges(t, emulator, options);
    await seen.stream.drain();
    assert.deepEqual(changed(seen), expected);
    assert.equal(seen.stream.state, "closed");
    create(emulator, 3);
  }
});

test("what cannot be asked for is told at the call", () => {
  for (const [options, message] of [
    [{ resource: "deals" }, /token/],
    [{ token: "t", auth: "t", resource: "deals" }, /exclude/],
    [{ token: "t" }, /resources/],
    [{ token: "t", resources: [] }, /resources/],
    [{ token: "t", resources: "deals" }, /resources/],
    [{ token: "t", resources: ["deals/1"] }, /resources/],
    [{ token: "t", resource: "deals", resources: ["leads"] }, /exclude/],
    [{ token: "t", resource: "deals", apiUrl: "nowhere" }, /apiUrl/],
    [undefined, /token/],
  ]) {
    assert.throws(() => firehose(options), (error) => error.culprit === "misuse" && message.test(error.message), JSON.stringify(options));
  }
  assert.throws(() => firehose(at({ url: "https://api.example.org" }, { every: -1 })), /every/);
});
