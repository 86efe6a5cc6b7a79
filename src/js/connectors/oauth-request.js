/** A request for a token, and what may become of it. No error quotes what was sent. */
import { wordsOf } from "../errors.js";
import { denied } from "./oauth-login.js";

/** Milliseconds for which the answer may take. */
const TIMEOUT = 30_000;

/** Errors behind which nothing has to be changed: the service says so of itself. */
const PASSING = /^(unknown_error|server_error|temporarily_unavailable|rate_limit)/;

/** How much of what the service says is kept. */
const QUOTED = 500;

/** @returns the service's reply, with a token and an instance in it */
export async function askToken(fetch, host, form, secrets) {
  const clean = (text) => without(text, [...secrets, ...Object.values(form)].filter(isSecret));
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(new Error("no answer in time")), TIMEOUT);
  let response;
  let text;
  try {
    response = await fetch(`${host}/services/oauth2/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams(form).toString(),
      signal: patience.signal,
    });
    text = await response.text();
  } catch (thrown) {
    throw denied(`the login cannot be reached: ${clean(wordsOf(thrown))}`, { isLasting: false });
  } finally {
    clearTimeout(timer);
  }
  const { status } = response;
  const reply = parsed(text);
  if (response.ok && typeof reply.access_token === "string" && typeof reply.instance_url === "string") return reply;
  const { error, error_description: description } = reply;
  if (typeof error === "string") {
    const said = [error, description].filter((part) => typeof part === "string").map((part) => clean(part).slice(0, QUOTED));
    const isLasting = status < 500 && status !== 429 && !PASSING.test(error) && !/rate exceeded/i.test(said[1] ?? "");
    const body = JSON.stringify({ error: said[0], error_description: said[1] });
    throw denied(`the login was refused: ${said.join(", ")}`, { isLasting, status, body });
  }
  const type = response.headers.get("content-type") ?? "no content type";
  const isLasting = status >= 400 && status < 500 && ![408, 425, 429].includes(status);
  throw denied(`the login was answered with status ${status} and ${type}, and no token`, { isLasting, status });
}

function parsed(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Names of grants are in the form too, and no secrets; neither is anything so short. */
function isSecret(value) {
  return typeof value === "string" && value.length > 3 && !/^(password|refresh_token|client_credentials|urn:.*)$/.test(value);
}

function without(text, secrets) {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, "…"), text);
}
