/**
 * The errors, in the service's own words. A row may have
 * - `text`: the error, or a function of `{ clientId, channel, replayId, replayMap, version, connectionType }`;
 * - `isDenied`: a handshake is answered with "Handshake denied", and the text is the reason beside it;
 * - `reason`: what stands in `ext.sfdc.failureReason` while the error says something else;
 * - `advice`: of a handshake or connect, as `reconnect`;
 * - `disconnects`: a bare message on `/meta/disconnect` comes too; without a text the request itself succeeds;
 * - `endsSession`: the service forgets the session;
 * - `http`: the whole response, in the place of messages;
 * - `oauth`: an answer of the token endpoint.
 */
const BUSY = "503::Server is too busy.  Please try your request again later.";
const CROWDED =
  "403::To protect all customers from excessive use and Denial of Service attacks, we limit the number of simultaneous connections per server.  " +
  "Your request has been denied because this limit has been exceeded.  Please try your request again later.";
const UNKNOWN = { text: "403::Unknown client", endsSession: true };

export const ERRORS = {
  "authentication-invalid": { text: "401::Authentication invalid", isDenied: true, advice: "none" },
  "authentication-required": { text: "401::Request requires authentication", isDenied: true, advice: "none" },
  "unknown-client": { ...UNKNOWN, advice: "handshake" },
  "unknown-client-none": { ...UNKNOWN, advice: "none" },
  "disconnect": { disconnects: true, endsSession: true },
  "disconnect-unknown-client": { ...UNKNOWN, advice: "none", disconnects: true },
  "replay-invalid": {
    text: ({ replayId }) =>
      `400::The replayId {${replayId}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
  },
  "replay-not-in-map": {
    text: ({ channel, replayMap }) =>
      `400::The replayId for channel {${channel.split("?")[0]}} wasn't found using the provided replay ID map {${replayMap}}. ` +
      "Ensure that the channel name you provided in the replay map is valid and matches the channel name used for subscribing.",
  },
  "cookie-missing": {
    text: ({ clientId }) => `400::Client ${clientId} has established a session, but no BAYEUX_BROWSER cookie present`,
    advice: "none",
  },
  "user-mismatch": { text: "400::Authenticated user id does not match the session's user id", advice: "none" },
  "version-missing": { text: "400::API version in the URI is mandatory. URI format: '/cometd/68.0'", advice: "none" },
  "version-unsupported": {
    text: "400::Unsupported API version. Only API versions '37.0' and later are supported. URI format: '/cometd/68.0'",
    isDenied: true,
    advice: "none",
  },
  "connection-type": { text: ({ connectionType }) => `400::Invalid connection type {${connectionType}}`, advice: "none" },
  "channel-unknown": { text: ({ channel }) => `400::The channel you requested to subscribe to does not exist {${channel}}` },
  "channel-missing": { text: "400::Channel name not specified" },
  "channel-slash": { text: "400::Channel subscriptions must start with a leading '/'" },
  "fields-unknown": { text: ({ channel }) => `400::Query fields {${fieldsOf(channel)}} do not exist on the topic entity` },
  "channel-case": { text: "404::channel names may not vary only by case" },
  "not-handshaken": { text: "403::Client has not completed handshake", advice: "handshake" },
  "concurrent-users": { text: "403::Organization concurrent user limit exceeded", isDenied: true, advice: "none" },
  "connections-per-server": { text: CROWDED, isDenied: true, advice: "none" },
  "daily-limit": { text: "403::Organization total events daily limit exceeded", isDenied: true, advice: "none" },
  "create-denied": { text: "403:denied_by_security_policy:create_denied" },
  "subscribe-denied": { text: "403:denied_by_security_policy:subscribe_denied" },
  "publish-denied": { text: "403:denied_by_security_policy:publish_denied" },
  "restricted-channel": { text: "403::Restricted channel" },
  "user-not-enabled": { text: "403::User not enabled for streaming" },
  "view-all-data": { text: "403::User not allowed to subscribe CDC without View All Data permissions" },
  "topic-limit": { text: "403::Subscription limit exceeded for this topic" },
  "cannot-create": { text: ({ channel }) => `403::Cannot create channel {${channel}}` },
  "no-access": { text: "403::Subscriber does not have access to the entity in this topic" },
  "channel-limit": { text: "403::Unable to create channel dynamically, maximum channel limit has been exceeded" },
  "unknown-channel": { text: "404::Unknown channel" },
  "busy": { reason: BUSY, advice: "none" },
  "session-unknown": { text: "402::session_unknown", advice: "handshake", endsSession: true },
  "unknown-client-faye": { text: ({ clientId }) => `401:${clientId}:Unknown client`, advice: "handshake", endsSession: true },
  "too-large": { http: page(413, "Maximum Request Size Exceeded") },
  "html": { http: page(200, "We are down for maintenance. Sorry for the inconvenience.") },
  "unavailable": { http: page(503, "Service Unavailable") },
  "server-error": { http: page(500, "Internal Server Error") },
  "empty": { http: { status: 200, type: "application/json;charset=UTF-8", body: "" } },
  "invalid-grant": { oauth: { error: "invalid_grant", error_description: "authentication failure" } },
  "expired-refresh-token": { oauth: { error: "invalid_grant", error_description: "expired access/refresh token" } },
  "invalid-client": { oauth: { error: "invalid_client", error_description: "invalid client credentials" } },
  "invalid-client-id": { oauth: { error: "invalid_client_id", error_description: "client identifier invalid" } },
  "retry-your-request": { oauth: { error: "unknown_error", error_description: "retry your request" } },
};

/**
 * The messages of a failed request. `about` is what the texts tell of, `kind` that of the request.
 * `advice` takes the place of the row's.
 */
export function failed(row, { kind, message, clientId, about, advice = row.advice }) {
  const reply = { channel: message.channel, id: message.id, successful: false };
  const text = typeof row.text === "function" ? row.text({ ...about, clientId }) : row.text;
  const isDenied = kind === "handshake" && (row.isDenied || !text);
  reply.error = isDenied ? "403::Handshake denied" : (text ?? BESIDE_BUSY[kind] ?? BESIDE_BUSY.subscribe);
  const failureReason = row.reason ?? (isDenied ? text : undefined);
  if (kind === "handshake") reply.ext = { replay: true, "payload.format": true };
  else if (clientId !== undefined && !row.endsSession) reply.clientId = clientId;
  if (failureReason !== undefined) reply.ext = { sfdc: { failureReason }, ...reply.ext };
  if (message.subscription !== undefined) reply.subscription = message.subscription;
  if (advice !== undefined && (kind === "handshake" || kind === "connect")) {
    reply.advice = kind === "handshake" ? { reconnect: advice } : { reconnect: advice, interval: 0 };
  }
  return row.disconnects ? [BARE_DISCONNECT, reply] : [reply];
}

/** What a server sends by itself: no id, no client. */
export const BARE_DISCONNECT = { channel: "/meta/disconnect", successful: true };

/** The error that stands beside "too busy": of what was being done. */
const BESIDE_BUSY = {
  connect: "401::Authentication invalid",
  publish: "403:denied_by_security_policy:publish_denied",
  subscribe: "403:denied_by_security_policy:subscribe_denied",
};

function fieldsOf(channel) {
  return (channel.split("?")[1] ?? "").split("&").map((condition) => condition.split("=")[0]);
}

function page(status, text) {
  const body = `<!DOCTYPE html>\n<html><head><title>${text}</title></head><body><h1>${text}</h1></body></html>\n`;
  return { status, type: "text/html;charset=UTF-8", body };
}
