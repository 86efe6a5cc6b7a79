import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { sse } from "brookmark";
import { answer, ended, event, open, serve } from "../support/server.mjs";
import { storeHolding, webStore } from "../support/stores.mjs";
import { watch } from "../support/watch.mjs";

const SECRET = "s3cr3t";

/** All that can be read from a value, hidden members and causes included. */
const everythingIn = (value) =>
  inspect(value, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });

/** The ways in which a secret enters a stream. */
const carriers = {
  "the query of the URL": (url) => [`${url}?access_token=${SECRET}&x=${SECRET}`, {}],
  "the fragment of the URL": (url) => [`${url}#${SECRET}`, {}],
  "a header": (url) => [url, { headers: { authorization: `Basic ${SECRET}`, "x-api-key": SECRET } }],
  "the option auth": (url) => [url, { auth: () => SECRET }],
};

for (const [where, carry] of Object.entries(carriers)) {
  test(`a secret in ${where} enters neither bookmark nor error`, async (t) => {
    const server = await serve(
      t,
      ended(event(1)),
      answer(500, {}, "down"),
      answer(429, { "retry-after": "0" }),
      (exchange) => exchange.cut(),
      answer(410, {}, "gone"),
      open(event(2)),
    );
    const store = webStore();
    const [url, options] = carry(server.url);
    const seen = watch(t, url, { ...options, bookmark: "deals", store });
    await seen.until("the end of the story", () => seen.ids.includes("2") || seen.closes.length > 0);
    await seen.stream.close();
    assert.ok(!everythingIn([...store.entries]).includes(SECRET), "in the bookmark");
    for (const noted of [seen.errors, seen.retries, seen.gaps, seen.closes]) {
      const found = noted.find((item) => everythingIn(item).includes(SECRET));
      assert.equal(found, undefined, everythingIn(found));
    }
    assert.ok(seen.ids.includes("2"), everythingIn(seen.errors));
  });
}

test("a refused URL is not quoted with its secrets", () => {
  for (const url of [
    `ftp://user:${SECRET}@example.org/?t=${SECRET}`,
    `http://x:${SECRET}@:1/`,
    `http://user:${SECRET}@source.invalid/`,
    `//${SECRET}`,
  ]) {
    assert.throws(
      () => sse(url),
      (error) => error.code === "bad-url" && !everythingIn(error).includes(SECRET),
    );
  }
});

test("a refused option is not quoted with its secrets", () => {
  assert.throws(
    () => sse("http://source.invalid/", { auth: { token: SECRET } }),
    (error) => error.code === "bad-option" && !everythingIn(error).includes(SECRET),
  );
});

test("a token that no header can carry is not quoted", async (t) => {
  const seen = watch(t, "http://source.invalid/", { auth: () => `${SECRET}\nx`, fetch: () => assert.fail() });
  await seen.until("an error", () => seen.errors.length > 0);
  assert.equal(seen.codes[0], "auth-failed");
  assert.ok(!everythingIn(seen.errors[0]).includes(SECRET), everythingIn(seen.errors[0]));
});

test("what a damaged bookmark holds is not quoted in full", async (t) => {
  const server = await serve(t, open(event(1)));
  const seen = watch(t, server.url, {
    bookmark: "deals",
    store: storeHolding(`{"token":"${SECRET}"`),
    onGap: "fail",
  });
  assert.ok(!everythingIn(await seen.end()).includes(SECRET));
});

for (const [parts, fragment] of Object.entries({ "the position": "", "the position and a fragment": "#part" })) {
  test(`a token in a URL with ${parts}, which fetch quotes, does not reach the error`, async (t) => {
    const quoted = [];
    const seen = watch(t, `http://source.invalid/events?token=${SECRET}${fragment}`, {
      lastEventId: { query: "since" },
      start: { position: "5" },
      fetch: (url) => {
        quoted.push(url);
        return Promise.reject(new Error(`no answer from ${url} (${url.replace(/#.*/, "")})`));
      },
    });
    await seen.until("an error", () => seen.errors.length > 0);
    assert.ok(quoted[0].includes(SECRET) && quoted[0].includes("since=5"), quoted[0]);
    assert.match(seen.errors[0].message, /no answer from the URL/);
    assert.ok(!seen.errors[0].message.includes(SECRET), seen.errors[0].message);
  });
}
