// The connector of Salesforce in a page, whose cookies no script sees; the emulator is kinder to pages than the service.

import assert from "node:assert/strict";
import test from "node:test";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";
import { ORDER, isHeard, publish } from "../support/salesforce.mjs";

const HTML = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "brookmark": "/dist/index.js", "brookmark/connectors": "/dist/connectors.js" } }</script>
<script type="module">
  import { oauth, salesforce } from "brookmark/connectors";
  const { loginUrl, credentials } = Object.fromEntries(new URLSearchParams(location.search));
  const app = { clientId: "client-id", clientSecret: "client-secret" };
  const auth = oauth.password({ ...app, username: "ada@example.com", password: "password", securityToken: "token", loginUrl });
  globalThis.heard = [];
  globalThis.codes = [];
  globalThis.client = salesforce({
    ...{ auth, credentials, channels: ["${ORDER}"], bookmark: "org", replay: -2, retry: { min: 20, max: 200 } },
    onEvent: ({ position }) => void heard.push(position),
    onError: ({ code }) => void codes.push(code),
  });
</script>`;

async function open(t) {
  const emulator = await salesforceEmulator({ allowPages: true });
  const pages = await servePages({ "/org": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end(HTML) });
  const browser = await openChromium();
  t.after(async () => {
    await browser.close();
    await pages.close();
    await emulator.stop();
  });
  const page = await browser.newPage();
  /* Another origin, and the same site: the cookies are no third party's. */
  const origin = pages.url.replace("127.0.0.1", "localhost");
  const visit = (credentials) => page.goto(`${origin}/org?${new URLSearchParams({ loginUrl: emulator.loginUrl, credentials })}`);
  return { emulator, page, visit };
}

test("a page follows an org through a lost session, and goes on where it was", async (t) => {
  const { emulator, page, visit } = await open(t);
  const sent = publish(emulator, 1);
  await visit("include");
  const heard = async (want) => {
    await page.waitForFunction((count) => globalThis.heard?.length >= count, want.length, { timeout: 8_000 });
    assert.deepEqual(await page.evaluate(() => globalThis.heard), want);
  };
  await heard(sent);
  await isHeard(emulator);
  emulator.moveSession({ advice: "none", disconnect: true });
  sent.push(...publish(emulator, 1));
  await heard(sent);
  await page.evaluate(() => globalThis.client.close());
  const away = publish(emulator, 1);
  await visit("include");
  await heard(away);
});

test("a page whose cookies do not come back is told what it needs", async (t) => {
  const { page, visit } = await open(t);
  await visit("omit");
  const why = await page.evaluate(() => globalThis.client.closed.catch(({ code, message }) => `${code} ${message}`));
  assert.match(why, /^no-cookies .*credentials "include"/);
});
