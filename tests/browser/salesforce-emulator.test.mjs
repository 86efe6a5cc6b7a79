// A page of another origin and the emulator of Salesforce: tokens for everybody, streaming only where the emulator is told to be kinder
// than the service.

import assert from "node:assert/strict";
import test from "node:test";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { openChromium } from "../support/chromium.mjs";
import { servePages } from "../support/pages.mjs";

/** In the page: asks for a token, then for a session; gives the first event that is kept, or why there is none. */
async function visit({ loginUrl, channel }) {
  const form = {
    ...{ grant_type: "password", client_id: "client-id", client_secret: "client-secret" },
    ...{ username: "ada@example.com", password: "passwordtoken" },
  };
  const login = await fetch(`${loginUrl}/services/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
  const { access_token, instance_url } = await login.json();
  const post = async (message) => {
    const response = await fetch(`${instance_url}/cometd/60.0`, {
      method: "POST",
      credentials: "include",
      headers: { "content-type": "application/json", authorization: `Bearer ${access_token}` },
      body: JSON.stringify([message]),
    });
    return response.json();
  };
  try {
    const [{ clientId }] = await post({ channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["long-polling"] });
    await post({ channel: "/meta/subscribe", clientId, subscription: channel, ext: { replay: { [channel]: -2 } } });
    const [event] = await post({ channel: "/meta/connect", clientId, connectionType: "long-polling" });
    return event;
  } catch (error) {
    return error.name;
  }
}

test("a page gets a token, and a session only where pages are allowed", async (t) => {
  const pages = await servePages({ "/page": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>") });
  const browser = await openChromium();
  t.after(async () => {
    await browser.close();
    await pages.close();
  });
  for (const allowPages of [false, true]) {
    const emulator = await salesforceEmulator({ allowPages });
    t.after(() => emulator.stop());
    const channel = "/event/Order__e";
    const replayId = emulator.publish(channel, { Number__c: 1 });
    const page = await browser.newPage();
    /* Another origin, and the same site: the cookies are no third party's. */
    await page.goto(`${pages.url.replace("127.0.0.1", "localhost")}/page`);
    const event = await page.evaluate(visit, { loginUrl: emulator.loginUrl, channel });
    assert.equal(emulator.requests.filter(({ grant, status }) => grant === "password" && status === 200).length, 1);
    if (allowPages) assert.deepEqual([event.channel, String(event.data.event.replayId)], [channel, replayId]);
    else assert.equal(event, "TypeError");
    await page.close();
  }
});
