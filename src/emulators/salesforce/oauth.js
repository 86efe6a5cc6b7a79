/** The token endpoint: four grants, and revocation. */
import { createHmac, createPublicKey, verify } from "node:crypto";
import { ERRORS } from "./errors.js";
import { Refused, bodyOf, send, sendJson } from "./http.js";

/* Salesforce takes assertions for three minutes; clocks differ a little. */
const LONGEST_ASSERTION = 240_000;
const AUDIENCES = ["https://login.salesforce.com", "https://test.salesforce.com"];

/**
 * Answers a request for a token. `hosts` is `{ loginUrl, instanceUrl }`, `isMyDomain` says to which of them it came;
 * `rotates` gives a new refresh token with each use of one.
 */
export async function giveToken({ request, response, accounts, clock, faults, hosts, isMyDomain, rotates, entry }) {
  const form = new URLSearchParams(await bodyOf(request));
  entry.grant = form.get("grant_type");
  const fault = faults.errorAt(["token"]);
  if (fault?.http) throw new Refused(fault.http);
  const outcome = fault?.oauth ?? grant(form, { accounts, clock, hosts, isMyDomain, rotates });
  if (outcome.error) {
    sendJson(response, outcome, 400);
    return;
  }
  const { user, more } = outcome;
  const id = `${hosts.loginUrl}/id/00D000000000001AAA/005000000000001AAA`;
  const issued = String(clock.now);
  sendJson(response, {
    access_token: accounts.accessToken(user),
    instance_url: hosts.instanceUrl,
    id,
    token_type: "Bearer",
    issued_at: issued,
    signature: createHmac("sha256", "signature").update(id + issued).digest("base64"),
    scope: "api refresh_token",
    ...more,
  });
}

export async function revokeToken({ request, response, accounts, entry }) {
  const form = new URLSearchParams(await bodyOf(request));
  entry.grant = null;
  accounts.revoke(form.get("token") ?? "");
  send(response, { status: 200 });
}

/** `{ user, more }`, or what is wrong. */
function grant(form, where) {
  const { accounts } = where;
  const type = form.get("grant_type");
  if (!Object.hasOwn(GRANTS, type ?? "")) return { error: "unsupported_grant_type", error_description: "grant type not supported" };
  if (type === JWT_BEARER) return GRANTS[type](form, where);
  const app = accounts.app(form.get("client_id"));
  if (!app) return ERRORS["invalid-client-id"].oauth;
  const secret = form.get("client_secret");
  /* An app without a secret is a public one; only a refresh may leave a secret out. */
  const mayLeaveOut = type === "refresh_token" && secret === null;
  if (!mayLeaveOut && app.clientSecret !== undefined && app.clientSecret !== secret) return ERRORS["invalid-client"].oauth;
  return GRANTS[type](form, { ...where, app });
}

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const refused = (error_description) => ({ error: "invalid_grant", error_description });

const GRANTS = {
  password(form, { accounts }) {
    const user = accounts.user(form.get("username"));
    const isRight = user && form.get("password") === `${user.password}${user.securityToken ?? ""}`;
    return isRight ? { user: user.username } : ERRORS["invalid-grant"].oauth;
  },

  refresh_token(form, { accounts, rotates }) {
    const old = form.get("refresh_token");
    const user = accounts.refreshedBy(old);
    if (user === undefined) return ERRORS["expired-refresh-token"].oauth;
    if (!rotates) return { user };
    accounts.revoke(old);
    return { user, more: { refresh_token: accounts.refreshToken(user) } };
  },

  client_credentials(form, { app, isMyDomain }) {
    if (!isMyDomain) return refused("request not supported on this domain");
    if (app.runAs === undefined) return refused("no client credentials user enabled");
    return { user: app.runAs };
  },

  [JWT_BEARER](form, { accounts, clock, hosts }) {
    const parts = (form.get("assertion") ?? "").split(".");
    const [header, claims] = parts.slice(0, 2).map(decoded);
    if (parts.length !== 3 || !header || !claims || header.alg !== "RS256") return refused("invalid assertion");
    const app = accounts.app(claims.iss);
    if (!app) return ERRORS["invalid-client-id"].oauth;
    if (app.publicKey === undefined || !isSigned(parts, app.publicKey)) return refused("invalid assertion");
    if (![claims.aud].flat().some((name) => [...AUDIENCES, hosts.loginUrl, hosts.instanceUrl].includes(name))) {
      return refused("audience is invalid");
    }
    const left = claims.exp * 1_000 - clock.now;
    if (!(left > 0 && left <= LONGEST_ASSERTION)) return refused("expired authorization code");
    const user = accounts.user(claims.sub);
    return user ? { user: user.username } : refused("user hasn't approved this consumer");
  },
};

function decoded(part) {
  try {
    return Object(JSON.parse(Buffer.from(part, "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

/** The key may be PEM, JWK or a KeyObject. */
function isSigned([header, claims, signature], key) {
  const isJwk = typeof key === "object" && "kty" in key;
  const publicKey = key?.type === "public" ? key : createPublicKey(isJwk ? { key, format: "jwk" } : key);
  return verify("RSA-SHA256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"));
}
