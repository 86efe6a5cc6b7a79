/** Logins at Salesforce: the ways to a token that need no browser, and a token that is there already. */
import { base, kind, misuse } from "./checks.js";
import { assertion, checkKey } from "./oauth-jwt.js";
import { Login, denied } from "./oauth-login.js";
import { askToken } from "./oauth-request.js";

const LOGIN = "https://login.salesforce.com";
const TEST = "https://test.salesforce.com";

export const oauth = { password, refreshToken, clientCredentials, jwtBearer, session };

/** A user's name and password. */
function password(options) {
  const { clientId, clientSecret, username, password, securityToken = "", ...where } = Object(options);
  texts({ clientId, clientSecret, username, password });
  kind("securityToken", securityToken, ["string"]);
  const form = { grant_type: "password", client_id: clientId, client_secret: clientSecret, username, password: password + securityToken };
  return grant(where, () => form, [clientSecret, password, securityToken]);
}

/** A token that was given once, by way of a browser. Where the service gives another one with its use, that one is next. */
function refreshToken(options) {
  const { clientId, clientSecret, refreshToken, onRefreshToken, ...where } = Object(options);
  texts({ clientId, refreshToken });
  kind("clientSecret", clientSecret, ["string"]);
  kind("onRefreshToken", onRefreshToken, ["function"]);
  let current = refreshToken;
  const form = () => ({
    grant_type: "refresh_token",
    client_id: clientId,
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    refresh_token: current,
  });
  return grant(where, form, [clientSecret, refreshToken], async ({ refresh_token: next }) => {
    if (typeof next !== "string" || next === current) return;
    current = next;
    await onRefreshToken?.(next);
  });
}

/** An app's own name and secret. Only the org's own host knows as whom it runs. */
function clientCredentials(options) {
  const { clientId, clientSecret, ...where } = Object(options);
  texts({ clientId, clientSecret });
  if ([LOGIN, TEST].includes(hostOf(where))) {
    throw misuse("client credentials are for the host of an org: domain or loginUrl has to name it");
  }
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  return grant(where, () => form, [clientSecret]);
}

/** An assertion that is signed with the app's key. */
function jwtBearer(options) {
  const { clientId, username, privateKey, audience, ...where } = Object(options);
  texts({ clientId, username });
  checkKey(privateKey);
  kind("audience", audience, ["string"]);
  const host = hostOf(where);
  const isSandbox = host === TEST || /\.sandbox\.my\.salesforce\.com$/.test(host);
  const theirs = /\.salesforce\.com$/.test(new URL(host).hostname) ? (isSandbox ? TEST : LOGIN) : host;
  const form = async () => ({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: await assertion(privateKey, { iss: clientId, sub: username, aud: audience ?? theirs }),
  });
  return grant(where, form, []);
}

/** A token that is there already, or a function that gives one. */
function session(given) {
  if (typeof given === "function") return new Login({ ask: async (info) => tokenOf(await given(info)) }).face;
  const { accessToken, instanceUrl } = tokenOf(given);
  const ask = async ({ refresh }) => {
    if (refresh) throw denied("the session is over, and there is no way to another one");
    return { accessToken, instanceUrl };
  };
  return new Login({ ask, source: instanceUrl }).face;
}

function grant(where, form, secrets, taken) {
  const host = hostOf(where);
  kind("fetch", where.fetch, ["function"]);
  const fetch = where.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const ask = async () => {
    const reply = await askToken(fetch, host, await form(), secrets);
    await taken?.(reply);
    return { accessToken: reply.access_token, instanceUrl: base("instance_url", reply.instance_url) };
  };
  return new Login({ ask, source: host }).face;
}

/** Where to log in: at the common host, that of sandboxes, or the org's own. */
function hostOf({ loginUrl, domain, sandbox }) {
  if ([loginUrl, domain, sandbox].filter((given) => given !== undefined).length > 1) {
    throw misuse("loginUrl, domain and sandbox exclude each other");
  }
  kind("sandbox", sandbox, ["boolean"]);
  if (loginUrl !== undefined) return base("loginUrl", loginUrl);
  if (domain === undefined) return sandbox ? TEST : LOGIN;
  if (typeof domain !== "string" || !/^[\w-]+(\.[\w-]+)*$/.test(domain)) throw misuse("domain is no My Domain name");
  return domain.endsWith(".salesforce.com") ? `https://${domain}` : `https://${domain}.my.salesforce.com`;
}

function tokenOf(given) {
  const { accessToken, instanceUrl } = Object(given);
  texts({ accessToken });
  return { accessToken, instanceUrl: base("instanceUrl", instanceUrl) };
}

function texts(values) {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "string" || !value) throw misuse(`${name} is no text, or empty`);
  }
}
