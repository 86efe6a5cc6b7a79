// What the emulator of GitHub's events puts on the wire, seen without any client.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import test from "node:test";
import { githubEventsEmulator } from "brookmark/emulators/github-events";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REPO = "/repos/acme/app/events";

/** An emulator; `ask(path, headers)` gives the response with its events in `events`, where it has some. */
async function emulate(t, options) {
  const emulator = await githubEventsEmulator(options);
  t.after(() => emulator.stop());
  const ask = async (path, headers = { authorization: "Bearer token" }) => {
    const response = await fetch(path.startsWith("http") ? path : emulator.url + path, { headers });
    const text = await response.text();
    return Object.assign(response, { events: text && JSON.parse(text) });
  };
  return { emulator, ask };
}

const ids = ({ events }) => events.map(({ id }) => id);
const says = (response, ...names) => names.map((name) => response.headers.get(name));

function publish(emulator, count, event) {
  return Array.from({ length: count }, () => emulator.publish(event).id);
}

/** The targets of a Link header, by their relation. */
function linksOf(response) {
  const links = response.headers.get("link")?.split(", ") ?? [];
  return Object.fromEntries(links.map((link) => /^<(.*)>; rel="(.*)"$/.exec(link).slice(1).reverse()));
}

test("an event says what happened where, and is in the feeds that it belongs to", async (t) => {
  const { emulator, ask } = await emulate(t);
  const push = emulator.publish({ actor: "Bob", org: "acme", payload: { size: 1, text: "größer" } });
  const watch = emulator.publish({ type: "WatchEvent", actor: "ada", repo: "beta/lib" });
  assert.deepEqual((await ask("/events")).events, [watch, push], "the newest first");
  assert.match(push.id, /^[0-9]+$/);
  assert.match(push.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual([push.type, push.actor.login, push.repo.name, push.org.login, push.public, watch.org], ["PushEvent", "Bob", "acme/app", "acme", true, undefined]);
  for (const [path, ...expected] of [
    [REPO, push],
    ["/repos/Beta/Lib/events", watch],
    ["/networks/acme/app/events", push],
    ["/orgs/acme/events", push],
    ["/users/bob/events", push],
    ["/users/ada/events", watch],
    ["/users/ada/received_events", push],
    ["/users/bob/received_events", watch],
  ]) {
    assert.deepEqual((await ask(path)).events, expected, path);
  }
  for (const path of ["/repos/acme/none/events", "/orgs/none/events", "/users/none/events", "/", "/repos/acme/app", "/repos/acme/app/events/1"]) {
    const response = await ask(path);
    assert.deepEqual([response.status, response.events.message], [404, "Not Found"], path);
  }
});

test("a feed has 300 events in pages, which links lead through", async (t) => {
  const { emulator, ask } = await emulate(t);
  assert.deepEqual((await ask(REPO)).events, []);
  const published = publish(emulator, 310).reverse();
  const first = await ask(REPO);
  assert.deepEqual(ids(first), published.slice(0, 30), "30 where nothing is said");
  for (const [perPage, size] of [["7", 7], ["100", 100], ["1000", 100], ["0", 30], ["x", 30]]) {
    assert.equal((await ask(`${REPO}?per_page=${perPage}`)).events.length, size, perPage);
  }
  let [path, pages] = [`${REPO}?per_page=100`, []];
  while (path) {
    const page = await ask(path);
    pages.push(page);
    path = linksOf(page).next;
  }
  assert.deepEqual(pages.flatMap(ids), published.slice(0, 300));
  const target = (page) => `${emulator.url}${REPO}?per_page=100&page=${page}`;
  assert.deepEqual(pages.map(linksOf), [
    { next: target(2), last: target(3) },
    { prev: target(1), next: target(3), last: target(3), first: target(1) },
    { prev: target(2), first: target(1) },
  ]);
  for (const beyond of ["per_page=100&page=4", "page=11", "per_page=1&page=301"]) {
    const response = await ask(`${REPO}?${beyond}`);
    assert.equal(response.status, 422, beyond);
    assert.match(response.events.message, /pagination is limited/);
  }
});

test("what is older than thirty days is gone", async (t) => {
  const { emulator, ask } = await emulate(t);
  publish(emulator, 3);
  emulator.advance(29 * DAY);
  const recent = publish(emulator, 2).reverse();
  assert.equal((await ask(REPO)).events.length, 5);
  emulator.advance(2 * DAY);
  assert.deepEqual(ids(await ask(REPO)), recent);
});

test("the tag of a page that has not changed is answered with 304, which costs nothing", async (t) => {
  const { emulator, ask } = await emulate(t, { pollInterval: 7 });
  publish(emulator, 40);
  const first = await ask(REPO);
  const [etag] = says(first, "etag");
  assert.match(etag, /^W\/"[0-9a-f]{64}"$/);
  assert.deepEqual(says(first, "x-poll-interval", "x-ratelimit-remaining", "x-ratelimit-used"), ["7", "4999", "1"]);
  emulator.pollInterval = 120;
  const conditional = (tag, path = REPO) => ask(path, { authorization: "token token", "if-none-match": tag });
  for (const tag of [etag, etag.slice(2), `"other", ${etag}`, "*"]) {
    const response = await conditional(tag);
    assert.equal(response.status, 304, tag);
    assert.deepEqual(says(response, "etag", "x-poll-interval", "x-ratelimit-remaining"), [etag, "120", "4999"]);
  }
  assert.equal((await conditional('"other"')).status, 200);
  assert.equal((await conditional(etag, `${REPO}?page=2`)).status, 200, "another page");
  assert.equal((await conditional(etag, `${REPO}?per_page=31`)).status, 200, "another size");
  emulator.publish();
  const changed = await conditional(etag);
  assert.equal(changed.status, 200);
  assert.deepEqual(says(changed, "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-resource"), ["5000", "4995", "core"]);
});

test("a late event appears behind newer ones, in every feed", async (t) => {
  const { emulator, ask } = await emulate(t, { repos: ["acme/app", "acme/other"] });
  const early = publish(emulator, 5);
  const newest = publish(emulator, 3, { repo: "acme/other" });
  const [late, later] = [emulator.publish({}, { late: 5 }), emulator.publish({}, { late: 5 })];
  const order = [...newest.toReversed(), early[4], early[3], later.id, late.id, early[2], early[1], early[0]];
  assert.deepEqual(ids(await ask("/events")), order);
  assert.deepEqual(ids(await ask(REPO)), order.slice(3));
  assert.equal(new Set(order).size, order.length);
  assert.ok(BigInt(late.id) < BigInt(early[3]) && BigInt(late.id) > BigInt(early[2]));
});

test("ids grow mostly, and beyond what text and numbers compare well", async (t) => {
  const short = (await emulate(t)).emulator;
  const texts = publish(short, 30);
  assert.deepEqual(new Set(texts.map((id) => id.length)), new Set([10, 11]));
  assert.equal(new Set(texts).size, 30);
  const long = (await emulate(t, { firstId: "9007199254740991" })).emulator;
  const numbers = publish(long, 30).map(BigInt);
  const falls = numbers.filter((id, n) => n > 0 && id < numbers[n - 1]).length;
  assert.equal(falls, 3);
  assert.ok(numbers[0] > BigInt(Number.MAX_SAFE_INTEGER));
});

test("the rate limit is told, and what exceeds it refused until it is reset", async (t) => {
  for (const limitStatus of [403, 429]) {
    const { emulator, ask } = await emulate(t, { rateLimit: 2, anonymousRateLimit: 1, limitStatus });
    const begin = Math.floor(emulator.now / 1_000);
    await ask(REPO);
    const last = await ask(REPO);
    assert.deepEqual(says(last, "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-used"), ["2", "0", "2"]);
    const reset = Number(last.headers.get("x-ratelimit-reset"));
    assert.ok(reset >= begin + 3_600 && reset <= begin + 3_610);
    const refused = await ask(REPO);
    assert.equal(refused.status, limitStatus);
    assert.match(refused.events.message, /^API rate limit exceeded/);
    assert.deepEqual(says(refused, "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"), ["0", String(reset), null]);
    assert.deepEqual([(await ask(REPO, {})).status, (await ask(REPO, {})).status], [200, limitStatus], "anonymous ones have their own");
    emulator.advance(HOUR);
    assert.equal((await ask(REPO)).status, 200);
  }
});

test("the secondary limit comes on command, with a time or without", async (t) => {
  const { emulator, ask } = await emulate(t);
  for (const [how, expected] of [
    [{}, [403, null]],
    [{ status: 429, retryAfter: 60 }, [429, "60"]],
  ]) {
    emulator.limit(how);
    const refused = await ask(REPO);
    assert.deepEqual([refused.status, ...says(refused, "retry-after")], expected);
    assert.match(refused.events.message, /secondary rate limit/);
    assert.equal((await ask(REPO)).status, 200);
  }
});

test("a wrong token, and a client that does not say what it is, are refused", async (t) => {
  const { emulator, ask } = await emulate(t);
  const wrong = await ask(REPO, { authorization: "Bearer nobody" });
  assert.deepEqual([wrong.status, wrong.events.message], [401, "Bad credentials"]);
  assert.ok(!JSON.stringify(emulator.requests).includes("nobody"));
  const { hostname, port } = new URL(emulator.url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET ${REPO} HTTP/1.1\r\nHost: github\r\nConnection: close\r\n\r\n`);
  let text = "";
  socket.setEncoding("utf8").on("data", (part) => (text += part));
  await once(socket, "close");
  assert.match(text, /^HTTP\/1.1 403 [^]*User-Agent/);
});

test("a page of another origin may send the tag and read every hint", async (t) => {
  const { emulator, ask } = await emulate(t);
  const preflight = await fetch(emulator.url + REPO, { method: "OPTIONS" });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-headers"), /Authorization.*If-None-Match/);
  const [origin, exposed] = says(await ask(REPO), "access-control-allow-origin", "access-control-expose-headers");
  assert.equal(origin, "*");
  for (const name of ["ETag", "Link", "Retry-After", "X-Poll-Interval", "X-RateLimit-Remaining", "X-RateLimit-Reset"]) {
    assert.ok(exposed.split(", ").includes(name), name);
  }
});

test("faults come as told, and a restart keeps the events", async (t) => {
  const { emulator, ask } = await emulate(t);
  publish(emulator, 3);
  emulator.cut({ after: 20 });
  await assert.rejects(ask(REPO));
  emulator.truncate();
  await assert.rejects(ask(REPO), SyntaxError);
  emulator.html();
  await assert.rejects(ask(REPO), SyntaxError);
  emulator.refuse({ status: 502, times: 1, retryAfter: 1 });
  const refused = await ask(REPO);
  assert.deepEqual([refused.status, refused.events.message, ...says(refused, "retry-after")], [502, "Server Error", "1"]);
  await emulator.stop();
  await assert.rejects(ask(REPO));
  await emulator.start();
  assert.equal((await ask(REPO)).events.length, 3);
});
