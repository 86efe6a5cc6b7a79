// Logins at Salesforce, against the emulator's token endpoint, and as the `auth` of any source.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import test from "node:test";
import { inspect } from "node:util";
import { bayeux, sse } from "brookmark";
import { oauth } from "brookmark/connectors";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { answer, event, open, serve } from "../support/server.mjs";

const APP = { clientId: "client-id", clientSecret: "client-secret" };
const ADA = { ...APP, username: "ada@example.com", password: "password", securityToken: "token" };
const KEYS = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

async function emulate(t, options) {
  const emulator = await salesforceEmulator(options);
  t.after(() => emulator.stop());
  const grants = () => emulator.requests.filter(({ path }) => path.endsWith("/token")).map(({ grant }) => grant);
  return { emulator, grants, loginUrl: emulator.loginUrl };
}

/** Whether the instance takes the token. */
async function isGood(login) {
  const headers = { authorization: `Bearer ${await login.auth()}`, "content-type": "application/json" };
  const body = JSON.stringify([{ channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["long-polling"] }]);
  const response = await fetch(`${await login.instanceUrl()}/cometd/60.0`, { method: "POST", headers, body });
  const [reply] = await response.json();
  return reply.successful;
}

const everythingIn = (value) => inspect(value, { depth: 20, showHidden: true, maxStringLength: null });

test("each way to a token leads to one, and to where it is good", async (t) => {
  const apps = [{ ...APP, runAs: "ada@example.com", publicKey: KEYS.publicKey }];
  const { emulator, grants, loginUrl } = await emulate(t, { apps });
  const { accessToken, instanceUrl } = emulator.login();
  const ways = {
    password: oauth.password({ ...ADA, loginUrl }),
    refresh: oauth.refreshToken({ ...APP, refreshToken: emulator.refreshToken(), loginUrl }),
    client: oauth.clientCredentials({ ...APP, loginUrl: instanceUrl }),
    jwt: oauth.jwtBearer({ clientId: APP.clientId, username: ADA.username, privateKey: KEYS.privateKey, loginUrl }),
    session: oauth.session({ accessToken, instanceUrl }),
    provider: oauth.session(async () => emulator.login()),
  };
  for (const [name, login] of Object.entries(ways)) {
    assert.ok(await isGood(login), name);
    assert.equal(await login.instanceUrl(), instanceUrl, name);
  }
  assert.deepEqual(grants(), ["password", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer"]);
});

test("one request is out at a time, and its token serves until it is refused", async (t) => {
  const { emulator, grants, loginUrl } = await emulate(t);
  const { auth, instanceUrl } = oauth.password({ ...ADA, loginUrl });
  const [first, same] = await Promise.all([auth({ attempt: 1, refresh: false }), auth(), instanceUrl()]);
  assert.equal(first, same);
  assert.equal(await auth({ attempt: 2, refresh: false }), first);
  assert.equal(grants().length, 1);
  const [next, also] = await Promise.all([auth({ attempt: 1, refresh: true }), auth({ attempt: 1, refresh: true })]);
  assert.ok(next !== first && next === also);
  assert.equal(grants().length, 2);
  await emulator.moveInstance();
  await auth({ attempt: 1, refresh: true });
  assert.equal(await instanceUrl(), emulator.instanceUrl);
});

test("where attempts fail again and again, the org may have moved", async (t) => {
  const { emulator, grants, loginUrl } = await emulate(t);
  const { auth, instanceUrl } = oauth.password({ ...ADA, loginUrl });
  const first = await auth({ attempt: 1, refresh: false });
  await emulator.moveInstance();
  assert.equal(await auth({ attempt: 2, refresh: false }), first);
  await auth({ attempt: 3, refresh: false });
  assert.equal(grants().length, 2);
  assert.equal(await instanceUrl(), emulator.instanceUrl);
  const session = oauth.session({ accessToken: "a-token", instanceUrl: "https://acme.my.salesforce.com" });
  assert.equal(await session.auth({ attempt: 3, refresh: false }), "a-token");
});

test("a refresh token that is replaced is kept, and handed on", async (t) => {
  const { emulator, loginUrl } = await emulate(t, { rotateRefreshTokens: true });
  const given = [];
  const first = emulator.refreshToken();
  const login = oauth.refreshToken({ ...APP, refreshToken: first, loginUrl, onRefreshToken: (token) => given.push(token) });
  await login.auth();
  await login.auth({ attempt: 1, refresh: true });
  assert.equal(new Set([first, ...given]).size, 3);
});

test("what the service says of a refusal is told, and whether it is final; no secret is", async (t) => {
  const { emulator, loginUrl } = await emulate(t);
  const secret = "hunter2-and-more";
  for (const [row, code, isFinal] of [
    ["invalid-grant", "invalid_grant", true],
    ["expired-refresh-token", "invalid_grant", true],
    ["invalid-client", "invalid_client", true],
    ["invalid-client-id", "invalid_client_id", true],
    ["retry-your-request", "unknown_error", false],
    ["unavailable", "status 503", false],
    ["html", "text/html", false],
  ]) {
    emulator.fail({ at: "token", row });
    const login = oauth.password({ ...ADA, password: secret, loginUrl });
    const error = await login.auth().then(assert.fail, (error) => error);
    assert.deepEqual([error.name, error.code, error.culprit, error.retryable], ["BrookmarkError", "auth-failed", "auth", !isFinal], row);
    assert.ok(error.message.includes(code), error.message);
    for (const hidden of [secret, APP.clientSecret]) assert.ok(!everythingIn(error).includes(hidden), everythingIn(error));
    assert.ok(!everythingIn(login).includes(secret));
  }
  await emulator.stop();
  const unreachable = await oauth.password({ ...ADA, password: secret, loginUrl }).auth().then(assert.fail, (error) => error);
  assert.deepEqual([unreachable.code, unreachable.retryable], ["auth-failed", true]);
  await emulator.start();
});

test("a service that quotes what was sent is not quoted", async () => {
  const fetch = async (_url, { body }) => Response.json({ error: "invalid_grant", error_description: decodeURIComponent(body) }, { status: 400 });
  const error = await oauth.password({ ...ADA, password: "hunter2-and-more", fetch }).auth().then(assert.fail, (error) => error);
  assert.ok(error.message.includes("invalid_grant"));
  assert.ok(!everythingIn(error).includes("hunter2") && !everythingIn(error).includes(APP.clientSecret), everythingIn(error));
});

test("a login is the auth of any source: asked again after a 401", async (t) => {
  const { emulator, loginUrl } = await emulate(t);
  const login = oauth.password({ ...ADA, loginUrl });
  const server = await serve(t, answer(401, {}, "no"), open(event(1)));
  const stream = sse(server.url, { auth: login.auth });
  t.after(() => stream.close());
  for await (const { id } of stream) {
    assert.equal(id, "1");
    break;
  }
  const sent = server.exchanges.map(({ headers }) => headers.authorization);
  assert.ok(sent.length === 2 && sent[0] !== sent[1], String(sent));
  assert.equal(emulator.requests.length, 2);
});

test("a login that is refused for good ends the source, and one that is not is tried again", async (t) => {
  const { emulator, loginUrl } = await emulate(t);
  for (const source of [(auth) => sse("http://127.0.0.1:9/", { auth, onEvent() {} }), (auth) => bayeux(`${emulator.instanceUrl}/cometd/60.0`, { auth })]) {
    emulator.fail({ at: "token", row: "invalid-grant" });
    const end = source(oauth.password({ ...ADA, loginUrl }).auth).closed;
    const error = await end.then(assert.fail, (error) => error);
    assert.deepEqual([error.code, error.retryable], ["auth-failed", false]);
    assert.ok(error.message.includes("invalid_grant"), error.message);
  }
  emulator.fail({ at: "token", row: "unavailable", times: 1 });
  let opened;
  const isOpen = new Promise((resolve) => (opened = resolve));
  const { auth } = oauth.password({ ...ADA, loginUrl });
  const client = bayeux(`${emulator.instanceUrl}/cometd/60.0`, { auth, retry: { min: 10 }, onState: (state) => state === "open" && opened() });
  await isOpen;
  await client.close();
});

test("a session that is over has no other", async () => {
  const { auth } = oauth.session({ accessToken: "a-token", instanceUrl: "https://acme.my.salesforce.com" });
  assert.equal(await auth({ attempt: 1, refresh: false }), "a-token");
  const error = await auth({ attempt: 1, refresh: true }).then(assert.fail, (error) => error);
  assert.deepEqual([error.code, error.retryable], ["auth-failed", false]);
});

test("the host to log in at: the common one, that of sandboxes, or the org's own", async () => {
  const asked = [];
  const fetch = async (url, { body }) => {
    asked.push([new URL(url).origin, new URLSearchParams(body).get("assertion")]);
    return Response.json({ access_token: "t", instance_url: "https://x.example" });
  };
  const jwt = { clientId: "id", username: "u", privateKey: KEYS.privateKey, fetch };
  for (const [where, host, audience] of [
    [{}, "https://login.salesforce.com", "https://login.salesforce.com"],
    [{ sandbox: true }, "https://test.salesforce.com", "https://test.salesforce.com"],
    [{ domain: "acme" }, "https://acme.my.salesforce.com", "https://login.salesforce.com"],
    [{ domain: "acme--dev.sandbox" }, "https://acme--dev.sandbox.my.salesforce.com", "https://test.salesforce.com"],
    [{ domain: "acme.my.salesforce.com" }, "https://acme.my.salesforce.com", "https://login.salesforce.com"],
    [{ loginUrl: "https://login.example/" }, "https://login.example", "https://login.example"],
    [{ loginUrl: "https://login.example", audience: "https://site" }, "https://login.example", "https://site"],
  ]) {
    const login = oauth.jwtBearer({ ...jwt, ...where });
    await login.auth();
    const [origin, assertion] = asked.pop();
    const claims = JSON.parse(Buffer.from(assertion.split(".")[1], "base64url").toString());
    assert.deepEqual([origin, claims.aud, claims.iss, claims.sub], [host, audience, "id", "u"]);
  }
});

test("what is said wrongly is refused at once", () => {
  const old = "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----";
  for (const [begin, words] of [
    [() => oauth.password({ ...ADA, username: "" }), "username"],
    [() => oauth.password({ ...ADA, sandbox: true, domain: "acme" }), "exclude"],
    [() => oauth.password({ ...ADA, domain: "acme/x" }), "domain"],
    [() => oauth.password({ ...ADA, loginUrl: "ftp://x" }), "loginUrl"],
    [() => oauth.refreshToken(APP), "refreshToken"],
    [() => oauth.clientCredentials(APP), "host of an org"],
    [() => oauth.jwtBearer({ clientId: "id", username: "u", privateKey: old }), "openssl"],
    [() => oauth.session({ accessToken: "t" }), "instanceUrl"],
  ]) {
    assert.throws(begin, (error) => error.culprit === "misuse" && error.message.includes(words), words);
  }
});
