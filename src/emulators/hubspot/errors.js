/** Errors in the service's words. */
import { randomUUID } from "node:crypto";
import { Refused } from "../lib/service.js";

const AUTHENTICATION =
  "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";
const SCOPES =
  "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.";

/** What is wrong with a limit that was met, by the policy that was. */
const LIMITS = {
  SECONDLY: "You have reached your secondly limit.",
  TEN_SECONDLY_ROLLING: "You have reached your ten_secondly_rolling limit.",
  DAILY: "You have reached your daily limit.",
};

export const invalid = (message) => new Refused(400, message, { category: "VALIDATION_ERROR" });
export const notFound = () => new Refused(404, "resource not found", { category: "OBJECT_NOT_FOUND" });
export const unauthorized = () => new Refused(401, AUTHENTICATION, { category: "INVALID_AUTHENTICATION" });

export function expired(seconds) {
  return new Refused(401, `The OAuth token used to make this call expired ${seconds} second(s) ago.`, { category: "EXPIRED_AUTHENTICATION" });
}

export function missingScope(scope) {
  const errors = [{ message: "One or more of the following scopes are required.", context: { requiredScopes: [scope] } }];
  return new Refused(403, SCOPES, { errors, links: { scopes: "https://developers.hubspot.com/scopes" }, category: "MISSING_SCOPES" });
}

/** A limit that was met. `policy` is a name that the service has for one. */
export function tooMany(policy, retryAfter) {
  return new Refused(429, LIMITS[policy], { errorType: "RATE_LIMIT", policyName: policy, requestId: randomUUID(), retryAfter });
}

/** The answer to what was refused. */
export function answerOf({ status, message, more: { retryAfter, ...more } }) {
  const known = status === 477 && more.category === undefined ? { category: "MIGRATION_IN_PROGRESS" } : more;
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }) },
    body: JSON.stringify({ status: "error", message: LIMITS[more.policyName] ?? message, correlationId: randomUUID(), ...known }),
  };
}
