// The emulator's token endpoint.

import assert from "node:assert/strict";
import { createSign, generateKeyPairSync } from "node:crypto";
import test from "node:test";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { clientOf } from "../support/bayeux-client.mjs";

const APP = { client_id: "client-id", client_secret: "client-secret" };
const PASSWORD = { grant_type: "password", ...APP, username: "ada@example.com", password: "passwordtoken" };

async function emulate(t, options) {
  const emulator = await salesforceEmulator(options);
  t.after(() => emulator.stop());
  const ask = async (form, url = emulator.loginUrl) => {
    const response = await fetch(`${url}/services/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    return { status: response.status, ...(await response.json()) };
  };
  return { emulator, ask };
}

const refusal = (error, error_description) => ({ status: 400, error, error_description });

test("a password gives a token that opens a session at the instance", async (t) => {
  const { emulator, ask } = await emulate(t);
  const { access_token, status, ...reply } = await ask(PASSWORD);
  assert.deepEqual(Object.keys(reply), ["instance_url", "id", "token_type", "issued_at", "signature", "scope"]);
  assert.deepEqual([status, reply.instance_url, reply.token_type], [200, emulator.instanceUrl, "Bearer"]);
  assert.ok((await clientOf({ instanceUrl: reply.instance_url, accessToken: access_token }).handshake()).successful);
  const [request] = emulator.requests;
  assert.deepEqual([request.host, request.path, request.grant], ["login", "/services/oauth2/token", "password"]);
  assert.ok(!JSON.stringify(emulator.requests).includes("passwordtoken"));
});

test("what is wrong with a request for a token is said in the service's words", async (t) => {
  const { ask } = await emulate(t);
  for (const [change, ...expected] of [
    [{ password: "password" }, "invalid_grant", "authentication failure"],
    [{ username: "nobody" }, "invalid_grant", "authentication failure"],
    [{ client_id: "?" }, "invalid_client_id", "client identifier invalid"],
    [{ client_secret: "?" }, "invalid_client", "invalid client credentials"],
    [{ grant_type: "magic" }, "unsupported_grant_type", "grant type not supported"],
    [{ grant_type: "refresh_token", refresh_token: "?" }, "invalid_grant", "expired access/refresh token"],
  ]) {
    assert.deepEqual(await ask({ ...PASSWORD, ...change }), refusal(...expected), JSON.stringify(change));
  }
});

test("a refresh token is good for ever, or for once where they rotate, until it is revoked", async (t) => {
  for (const rotateRefreshTokens of [false, true]) {
    const { emulator, ask } = await emulate(t, { rotateRefreshTokens });
    const first = emulator.refreshToken();
    const use = (refresh_token) => ask({ grant_type: "refresh_token", ...APP, refresh_token });
    const { refresh_token: second } = await use(first);
    assert.equal(typeof second, rotateRefreshTokens ? "string" : "undefined");
    assert.equal((await use(first)).status, rotateRefreshTokens ? 400 : 200);
    const token = second ?? first;
    const { client_secret: _, ...withoutSecret } = APP;
    assert.equal((await ask({ grant_type: "refresh_token", ...withoutSecret, refresh_token: emulator.refreshToken() })).status, 200);
    await fetch(`${emulator.loginUrl}/services/oauth2/revoke`, { method: "POST", body: new URLSearchParams({ token }) });
    assert.deepEqual(await use(token), refusal("invalid_grant", "expired access/refresh token"));
  }
});

test("client credentials are for the org's own host, and for apps that run as somebody", async (t) => {
  const apps = [{ clientId: "client-id", clientSecret: "client-secret", runAs: "ada@example.com" }, { clientId: "other", clientSecret: "s" }];
  const { emulator, ask } = await emulate(t, { apps });
  const form = { grant_type: "client_credentials", ...APP };
  assert.deepEqual(await ask(form), refusal("invalid_grant", "request not supported on this domain"));
  const { access_token } = await ask(form, emulator.instanceUrl);
  assert.ok((await clientOf({ instanceUrl: emulator.instanceUrl, accessToken: access_token }).handshake()).successful);
  const other = { ...form, client_id: "other", client_secret: "s" };
  assert.deepEqual(await ask(other, emulator.instanceUrl), refusal("invalid_grant", "no client credentials user enabled"));
});

test("an assertion is taken with the app's own signature, in time, for a known user and audience", async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  for (const key of [publicKey, publicKey.export({ type: "spki", format: "pem" }), publicKey.export({ format: "jwk" })]) {
    const { emulator, ask } = await emulate(t, { apps: [{ clientId: "client-id", publicKey: key }] });
    const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const bring = (change = {}, { alg = "RS256", signer = privateKey } = {}) => {
      const exp = Math.floor(emulator.now / 1_000) + 120;
      const claims = { iss: "client-id", sub: "ada@example.com", aud: "https://login.salesforce.com", exp, ...change };
      const text = `${encoded({ alg })}.${encoded(claims)}`;
      const assertion = `${text}.${createSign("RSA-SHA256").update(text).sign(signer, "base64url")}`;
      return ask({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
    };
    const good = await bring();
    assert.deepEqual([good.status, good.refresh_token], [200, undefined]);
    assert.ok((await clientOf({ instanceUrl: good.instance_url, accessToken: good.access_token }).handshake()).successful);
    assert.equal((await bring({ aud: emulator.loginUrl })).status, 200);
    const now = Math.floor(emulator.now / 1_000);
    for (const [reply, ...expected] of [
      [await bring({}, { signer: stranger }), "invalid_grant", "invalid assertion"],
      [await bring({}, { alg: "none" }), "invalid_grant", "invalid assertion"],
      [await bring({ iss: "?" }), "invalid_client_id", "client identifier invalid"],
      [await bring({ aud: "https://example.org" }), "invalid_grant", "audience is invalid"],
      [await bring({ exp: now - 1 }), "invalid_grant", "expired authorization code"],
      [await bring({ exp: now + 3_600 }), "invalid_grant", "expired authorization code"],
      [await bring({ sub: "nobody" }), "invalid_grant", "user hasn't approved this consumer"],
      [await ask({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "a.b" }), "invalid_grant", "invalid assertion"],
    ]) {
      assert.deepEqual(reply, refusal(...expected));
    }
  }
});

test("errors of the token endpoint come on demand", async (t) => {
  const { emulator, ask } = await emulate(t);
  emulator.fail({ at: "token", row: "retry-your-request" });
  assert.deepEqual(await ask(PASSWORD), refusal("unknown_error", "retry your request"));
  emulator.fail({ at: "token", row: "unavailable" });
  const response = await fetch(`${emulator.loginUrl}/services/oauth2/token`, { method: "POST", body: new URLSearchParams(PASSWORD) });
  assert.deepEqual([response.status, response.headers.get("content-type")], [503, "text/html;charset=UTF-8"]);
  assert.equal((await ask(PASSWORD)).status, 200);
});

test("the versions that there are are listed for everybody", async (t) => {
  const { emulator } = await emulate(t);
  const versions = await (await fetch(`${emulator.instanceUrl}/services/data/`)).json();
  assert.deepEqual(versions.at(-1), { label: "Version 68.0", url: "/services/data/v68.0", version: "68.0" });
  assert.equal((await fetch(`${emulator.instanceUrl}/elsewhere`)).status, 404);
});
