import assert from "node:assert/strict";
import test from "node:test";
import { githubEvents } from "brookmark/connectors";
import { githubEventsEmulator } from "brookmark/emulators/github-events";
import { webStore } from "../support/stores.mjs";
import { until } from "../support/waiting.mjs";
import { watchWith } from "../support/watch.mjs";

async function emulate(t, options) {
  const emulator = await githubEventsEmulator({ pollInterval: 0, ...options });
  t.after(() => emulator.stop());
  return emulator;
}

/** Consumes the events of the emulator's repository until `t` ends. */
const watchEvents = (t, { url }, options) => {
  const common = { apiUrl: url, token: "token", repo: "acme/app", every: 10 };
  return watchWith((_, given) => githubEvents({ ...common, ...given }), t, null, options);
};

const publish = (emulator, count, event) => Array.from({ length: count }, () => emulator.publish(event).id);

/** Waits until the emulator has been asked anew and has said that nothing changed, or given all. */
async function asksAgain(emulator) {
  const count = emulator.requests.length;
  await until("two more polls", () => emulator.requests.length >= count + 2);
}

test("events arrive oldest first, as they are", async (t) => {
  const emulator = await emulate(t);
  const told = [emulator.publish({ payload: { text: "größer" } }), emulator.publish({ type: "WatchEvent" })];
  const seen = watchEvents(t, emulator, { start: "earliest" });
  await seen.received(2);
  assert.deepEqual(seen.data, told);
  assert.deepEqual(seen.ids, told.map(({ id }) => id));
  assert.deepEqual(seen.events.map(({ type }) => type), ["PushEvent", "WatchEvent"]);
  const more = publish(emulator, 40);
  await seen.received(42);
  assert.deepEqual(seen.ids.slice(2), more);
  await asksAgain(emulator);
  assert.deepEqual([seen.events.length, seen.codes, seen.gaps], [42, [], []]);
});

test("a stream begins with what is new, unless it is told to begin with the oldest", async (t) => {
  const emulator = await emulate(t);
  const old = publish(emulator, 130);
  const [latest, earliest] = [watchEvents(t, emulator), watchEvents(t, emulator, { start: "earliest" })];
  await latest.until("its position", () => latest.stream.position !== null);
  await earliest.received(130);
  const more = publish(emulator, 3);
  await latest.received(3);
  await earliest.received(133);
  assert.deepEqual([latest.ids, earliest.ids], [more, [...old, ...more]]);
});

test("what comes first to a feed that was empty is not passed over", async (t) => {
  const emulator = await emulate(t);
  const seen = watchEvents(t, emulator);
  await asksAgain(emulator);
  const first = publish(emulator, 2);
  await seen.received(2);
  assert.deepEqual(seen.ids, first);
});

test("pages are read until one meets what was seen", async (t) => {
  const emulator = await emulate(t);
  const all = publish(emulator, 5);
  const options = { bookmark: "events", store: webStore(), start: "earliest" };
  const first = watchEvents(t, emulator, options);
  await first.received(5);
  await first.until("its bookmark", () => first.commits.length > 0);
  await first.stream.close();
  const more = publish(emulator, 220);
  const count = emulator.requests.length;
  const second = watchEvents(t, emulator, options);
  await second.received(220);
  assert.deepEqual([first.ids, second.ids, second.gaps], [all, more, []]);
  assert.deepEqual(emulator.requests.slice(count, count + 3).map(({ query }) => query.page ?? "1"), ["1", "2", "3"]);
});

test("a late event is told, though newer ones were, and none is told twice", async (t) => {
  const emulator = await emulate(t);
  const options = { bookmark: "events", store: webStore(), start: "earliest" };
  const told = publish(emulator, 30);
  const seen = watchEvents(t, emulator, options);
  await seen.received(30);
  for (const late of [1, 7, 29]) told.push(emulator.publish({}, { late }).id);
  await seen.until("the late ones", () => seen.events.length === 33);
  await seen.until("its bookmark", () => seen.commits.at(-1) === seen.stream.position);
  assert.deepEqual(seen.ids.toSorted(), told.toSorted());
  await asksAgain(emulator);
  await seen.stream.close();
  const last = emulator.publish({}, { late: 12 }).id;
  const next = watchEvents(t, emulator, options);
  await next.received(1);
  await asksAgain(emulator);
  assert.deepEqual([next.ids, seen.events.length], [[last], 33]);
});

for (const [policy, count] of [["earliest", 300], ["latest", 0], ["fail", 0]]) {
  test(`more events than the feed lists are a gap: ${policy}`, async (t) => {
    const emulator = await emulate(t);
    publish(emulator, 2);
    const options = { bookmark: "events", store: webStore(), start: "earliest" };
    const before = watchEvents(t, emulator, options);
    await before.until("its bookmark", () => before.events.length === 2 && before.commits.length > 0);
    await before.stream.close();
    const missed = publish(emulator, 350);
    const seen = watchEvents(t, emulator, { ...options, onGap: policy });
    await seen.until("the gap", () => seen.gaps.length === 1);
    assert.equal(seen.gaps[0].reason, "overrun");
    if (policy === "fail") {
      await seen.end();
      assert.deepEqual(seen.ids, []);
      return;
    }
    await seen.received(count);
    await asksAgain(emulator);
    const [next] = publish(emulator, 1);
    await seen.received(count + 1);
    assert.deepEqual(seen.ids, [...missed.slice(350 - count), next]);
    assert.equal(seen.gaps.length, 1);
  });
}

test("what has not changed is asked for conditionally, and costs nothing", async (t) => {
  const emulator = await emulate(t);
  publish(emulator, 3);
  const seen = watchEvents(t, emulator, { start: "earliest" });
  await until("polls that nothing came of", () => emulator.requests.filter(({ status }) => status === 304).length >= 5);
  publish(emulator, 1);
  await seen.received(4);
  const statuses = emulator.requests.map(({ status }) => status);
  assert.equal(statuses[0], 200);
  assert.ok(emulator.requests.slice(1, 5).every(({ headers }) => /^W\/"/.test(headers["if-none-match"])));
});

test("the source's interval is kept, and its hints on limits", async (t) => {
  const emulator = await emulate(t, { pollInterval: 1 });
  publish(emulator, 1);
  const seen = watchEvents(t, emulator, { start: "earliest" });
  await until("two polls", () => emulator.requests.length === 2);
  const [one, two] = emulator.requests;
  assert.ok(two.at - one.at >= 900, `asked again after ${two.at - one.at} ms`);
  for (const how of [{ status: 429, retryAfter: 30 }, { status: 403, retryAfter: 30 }, { status: 403 }, { status: 429 }]) {
    emulator.limit(how);
    const count = seen.retries.length;
    await seen.until("a retry", () => seen.retries.length > count);
    const { cause, delay } = seen.retries.at(-1);
    assert.equal(cause.code, "too-many-requests");
    const least = (how.retryAfter ?? 60) * 1_000;
    assert.ok(delay >= least && delay < least * 1.5, `${JSON.stringify(how)}: ${delay} ms`);
    seen.stream.reconnect();
  }
});

test("where the rate limit is used up, nothing is asked until it is reset", async (t) => {
  const emulator = await emulate(t, { rateLimit: 1 });
  publish(emulator, 1);
  const tops = [];
  const seen = watchEvents(t, emulator, { start: "earliest", onTop: ({ delay }) => tops.push(delay) });
  await seen.until("the top", () => tops.length === 1);
  assert.ok(tops[0] > 3_500_000 && tops[0] < 4_000_000, `${tops[0]} ms`);
});

test("cuts, broken bodies, pages for people and errors lose and repeat nothing", async (t) => {
  const emulator = await emulate(t);
  const seen = watchEvents(t, emulator, { start: "earliest" });
  const told = publish(emulator, 1);
  await seen.received(1);
  for (const fault of [
    () => emulator.cut({ after: 1_000 }),
    () => emulator.truncate({ after: 5_000 }),
    () => emulator.html(),
    () => emulator.refuse({ status: 502, times: 2 }),
    () => emulator.restart(),
  ]) {
    const count = emulator.requests.length;
    await emulator.stop();
    told.push(...publish(emulator, 120));
    await fault();
    await emulator.start();
    await seen.received(told.length);
    assert.ok(emulator.requests.length > count);
  }
  assert.deepEqual(seen.ids, told);
  assert.deepEqual(seen.gaps, []);
});

test("each feed has its option, and so has a token", async (t) => {
  const emulator = await emulate(t, { anonymousRateLimit: 100 });
  emulator.publish({ actor: "bob", org: "acme" });
  const path = async (options) => {
    const count = emulator.requests.length;
    const seen = watchEvents(t, emulator, { repo: undefined, start: "earliest", every: 60_000, ...options });
    await seen.received(1);
    await seen.stream.close();
    const { path, headers } = emulator.requests[count];
    assert.equal(headers["user-agent"], "brookmark");
    return path;
  };
  assert.equal(await path({}), "/events");
  assert.equal(await path({ token: undefined }), "/events");
  assert.equal(await path({ repo: "acme/app" }), "/repos/acme/app/events");
  assert.equal(await path({ network: "acme/app" }), "/networks/acme/app/events");
  assert.equal(await path({ org: "acme" }), "/orgs/acme/events");
  assert.equal(await path({ user: "bob" }), "/users/bob/events");
  assert.equal(await path({ receivedBy: "ada" }), "/users/ada/received_events");
  const nobody = watchEvents(t, emulator, { token: "nobody" });
  assert.equal((await nobody.end()).code, "unauthorized");
});

test("what is refused for good ends the stream", async (t) => {
  const emulator = await emulate(t);
  emulator.refuse({ status: 403, times: 1 });
  const { code, body } = await watchEvents(t, emulator).end();
  assert.equal(code, "forbidden");
  assert.match(body, /Refused, as told/);
  assert.equal((await watchEvents(t, emulator, { repo: "acme/none" }).end()).status, 404);
});

test("what cannot be asked for is told at the call", () => {
  for (const [options, message] of [
    [{ repo: "acme" }, /repo/],
    [{ repo: "acme/app/x" }, /repo/],
    [{ user: "a/b" }, /user/],
    [{ org: 7 }, /org/],
    [{ repo: "acme/app", user: "ada" }, /exclude/],
    [{ token: "t", auth: "t" }, /exclude/],
    [{ fetch: "none" }, /fetch/],
    [{ apiUrl: "nowhere" }, /apiUrl/],
  ]) {
    assert.throws(() => githubEvents(options), (error) => error.culprit === "misuse" && message.test(error.message), JSON.stringify(options));
  }
});
