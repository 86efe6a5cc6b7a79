// The cookie jar for runtimes that keep no cookies, and what a client does with it.

import assert from "node:assert/strict";
import test from "node:test";
import { CookieJar } from "../../src/js/shell/cookies.js";
import { clientOf, startCometd } from "../support/bayeux.mjs";
import { until } from "../support/waiting.mjs";

/** A jar that has taken these from `url`. */
function jarWith(url, ...lines) {
  const jar = new CookieJar();
  const headers = new Headers();
  for (const line of lines) headers.append("set-cookie", line);
  jar.take(headers, url);
  return jar;
}

test("a cookie goes where its path and domain say", () => {
  const jar = jarWith(
    "https://a.example.org/cometd/60.0",
    "t=1; Path=/cometd/",
    "force-stream=2; path=/; secure",
    "wide=3; Domain=.example.org; Path=/",
    "own=4",
  );
  assert.equal(jar.get("https://a.example.org/cometd/60.0"), "t=1; own=4; force-stream=2; wide=3");
  assert.equal(jar.get("https://a.example.org/cometd"), "own=4; force-stream=2; wide=3");
  assert.equal(jar.get("http://a.example.org/cometdx"), "wide=3");
  assert.equal(jar.get("https://b.example.org/"), "wide=3");
  assert.equal(jar.get("https://example.org.evil/"), undefined);
});

test("nobody sets a cookie for somebody else", () => {
  for (const domain of ["other.org", "org", "b.example.org"]) {
    const jar = jarWith("https://a.example.org/", `a=1; domain=${domain}`);
    assert.equal(jar.get(`https://${domain}/`), undefined, domain);
    assert.equal(jar.get("https://a.example.org/"), undefined, domain);
  }
  assert.equal(jarWith("http://127.0.0.1/", "a=1; domain=0.0.1").get("http://127.0.0.1/"), undefined);
  assert.equal(jarWith("http://a.org/", "a=1; secure").get("http://a.org/"), undefined);
});

test("a cookie is replaced by its name, and goes when its time is over", async (t) => {
  const url = "http://localhost/";
  const jar = jarWith(url, "a=1", "b=2; Expires=Wed, 21 Oct 2099 07:28:00 GMT", "c=3; max-age=60; expires=Thu, 01 Jan 1970 00:00:00 GMT");
  assert.equal(jar.get(url), "a=1; b=2; c=3");
  jar.take(new Headers({ "set-cookie": "a=4; path=/" }), url);
  assert.equal(jar.get(url), "a=4; b=2; c=3");
  jar.take(new Headers({ "set-cookie": "b=; max-age=0" }), url);
  assert.equal(jar.get(url), "a=4; c=3");
  jar.take(new Headers({ "set-cookie": "d=5; expires=when the time has come" }), url);
  assert.equal(jar.get(url), "a=4; c=3; d=5");
  /* As most servers delete one. */
  jar.take(new Headers({ "set-cookie": "d=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT" }), url);
  assert.equal(jar.get(url), "a=4; c=3");
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 61_000 });
  assert.equal(jar.get(url), "a=4");
  jar.clear();
  assert.equal(jar.get(url), undefined);
});

test("what is no cookie is none, and the jar has a limit", () => {
  const jar = jarWith("http://localhost/", "nonsense", "=1", "");
  assert.equal(jar.get("http://localhost/"), undefined);
  for (let number = 0; number < 100; number++) jar.take(new Headers({ "set-cookie": `c${number}=1` }), "http://localhost/");
  const kept = jar.get("http://localhost/").split("; ");
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [64, "c36=1", "c99=1"]);
});

test("a client sends its cookies back, and never those of another client", async (t) => {
  const server = await startCometd(t);
  const one = clientOf(t, server.url);
  const other = clientOf(t, server.url);
  await until("two sessions", () => one.client.state === "open" && other.client.state === "open");
  await until("connects", () => server.requests.length >= 6);
  const cookies = new Set(server.requests.map(({ headers }) => headers.cookie));
  assert.deepEqual([cookies.size, cookies.has(undefined)], [3, true]);
});

test("whoever wants none sends none", async (t) => {
  const server = await startCometd(t);
  const { errors } = clientOf(t, server.url, { credentials: "omit" });
  await until("a refusal", () => errors.length > 0);
  assert.equal(errors[0].code, "message-refused");
  assert.ok(server.requests.every(({ headers }) => headers.cookie === undefined));
});
