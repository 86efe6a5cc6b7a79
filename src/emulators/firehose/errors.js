/** Errors as the service writes them. */
import { randomBytes } from "node:crypto";
import { STATUS_CODES } from "node:http";

/** Where the status does not say it all, `Refused` brings its own. */
const CODES = {
  400: "invalid_param",
  401: "unauthorized",
  403: "insufficient_scope",
  404: "not_found",
  410: "gone",
  422: "invalid",
  429: "rate_limit_exceeded",
  503: "temporarily_unavailable",
};

/** The answer to a request that was refused. */
export function errorAnswer({ status, message, more }) {
  const logref = randomBytes(16).toString("hex");
  const code = CODES[status] ?? (status < 500 ? "invalid_param" : "server_error");
  const links = { more_info: "https://developers.getbase.com/docs/rest/articles/errors" };
  const errors = [{ error: { code, message, ...more }, meta: { type: "error", links } }];
  const meta = { type: "errors_collection", http_status: `${status} ${STATUS_CODES[status] ?? "Unknown"}`, logref, links };
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "x-request-id": logref },
    body: JSON.stringify({ errors, meta }),
  };
}
