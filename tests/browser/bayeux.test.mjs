// Bayeux in a page: with CometD's server at another origin, with cookies that no script sees, and with faye's
// over the page's own WebSocket.

import assert from "node:assert/strict";
import test from "node:test";
import { History, startCometd, startFaye } from "../support/bayeux.mjs";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { until } from "../support/waiting.mjs";

const HTML = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="module">
  import { bayeux } from "/dist/index.js";
  const { url, client: own, ...options } = JSON.parse(new URLSearchParams(location.search).get("options"));
  globalThis.heard = [];
  globalThis.codes = [];
  globalThis.client = bayeux(url, { ...own, retry: { min: 20, max: 200 }, onError: ({ code }) => void codes.push(code) });
  globalThis.stream = client.subscribe("/a/*", {
    ...options,
    onEvent: ({ data, channel }) => void globalThis.heard.push([channel, data.payload ?? data]),
    onError: ({ code }) => void codes.push(code),
  });
</script>`;

/** A server of another origin has to say that the page may talk to it, and that its cookies may come along. */
function cors(request, response) {
  response.setHeader("access-control-allow-origin", request.headers.origin);
  response.setHeader("access-control-allow-credentials", "true");
  response.setHeader("access-control-allow-headers", "content-type");
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204).end();
  return true;
}

async function pageOf(t) {
  const pages = await servePages({
    "/bayeux": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(HTML),
  });
  const browser = await openChromium();
  t.after(async () => {
    await browser.close();
    await pages.close();
  });
  const page = await browser.newPage();
  return {
    page,
    open: (options) => page.goto(`${pages.url}/bayeux?${new URLSearchParams({ options: JSON.stringify(options) })}`),
    isOpen: () => page.waitForFunction(() => globalThis.stream?.state === "open" && globalThis.client.state === "open"),
    async heard(want) {
      await page.waitForFunction((count) => globalThis.heard.length >= count, want.length, { timeout: 8_000 });
      assert.deepEqual(await page.evaluate(() => globalThis.heard), want);
    },
    codes: () => page.evaluate(() => globalThis.codes),
  };
}

test("a page hears, publishes, and leaves when it is left; a bookmark outlives it", async (t) => {
  const history = new History();
  const server = await startCometd(t, { history, intercept: cors });
  const { page, open, isOpen, heard, codes } = await pageOf(t);
  const options = { url: server.url, client: { credentials: "include" }, bookmark: "deals" };
  await open(options);
  await isOpen();
  server.cometd.createServerChannel("/a/1");
  const record = (payload) => server.publish("/a/1", history.add("/a/*", payload));
  record("hällo");
  await heard([["/a/1", "hällo"]]);
  const reply = await page.evaluate(() => globalThis.client.publish("/service/x", 1));
  assert.equal(reply.successful, true);
  const [session] = server.cometd.getServerChannel("/a/*").subscribers;
  const removed = new Promise((resolve) => session.addListener("removed", (_session, timeout) => resolve(timeout)));
  assert.deepEqual(await codes(), []);
  await page.goto("about:blank");
  assert.equal(await removed, false);
  record("while away");
  await open(options);
  await page.waitForFunction(() => globalThis.heard?.length === 1);
  assert.equal((await page.evaluate(() => globalThis.heard))[0][1], "while away");
});

test("two clients in one browser are told that the server sees both", async (t) => {
  const server = await startCometd(t, { intercept: cors, multiSessionInterval: 100 });
  const { page, open, isOpen, codes } = await pageOf(t);
  await open({ url: server.url, client: { credentials: "include" } });
  await isOpen();
  await page.evaluate(async (url) => {
    const { bayeux } = await import("/dist/index.js");
    globalThis.second = bayeux(url, { credentials: "include", onError: ({ code }) => void globalThis.codes.push(code) });
  }, server.url);
  await page.waitForFunction(() => globalThis.codes.includes("multiple-clients"));
  assert.ok((await codes()).every((code) => code === "multiple-clients"));
});

test("the page's own socket carries events, and long polling does where it is cut", async (t) => {
  const server = await startFaye(t);
  const sockets = [];
  server.server.on("upgrade", (_request, socket) => sockets.push(socket));
  const { page, open, isOpen, heard } = await pageOf(t);
  await open({ url: server.url });
  await isOpen();
  await until("the socket", () => sockets.length === 1);
  await page.evaluate(() => globalThis.client.publish("/a/1", 1));
  await heard([["/a/1", 1]]);
  sockets[0].destroy();
  await page.waitForFunction(() => globalThis.codes.includes("network"));
  await isOpen();
  server.publish("/a/2", 2);
  await heard([["/a/1", 1], ["/a/2", 2]]);
  assert.equal(await page.evaluate(() => globalThis.client.stats().sessions), 1);
});
