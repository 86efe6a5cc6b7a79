// The error table of Salesforce Streaming, as the emulator names it: where each error is documented or was seen (`where`), and whether
// it goes on there until somebody changes something (`lasts`), such as a permission.

const SUBSCRIBE = ["subscribe", "resubscribe"];
const ALL = ["handshake", "connect", ...SUBSCRIBE, "publish"];

export const PLACES = ALL;

export const ROWS = [
  { row: "authentication-invalid", where: ["handshake", "connect"] },
  { row: "authentication-required", where: ["handshake", "connect"] },
  { row: "unknown-client", where: ["connect", ...SUBSCRIBE, "publish"] },
  { row: "unknown-client-none", where: ["connect", ...SUBSCRIBE] },
  { row: "disconnect", where: ALL },
  { row: "disconnect-unknown-client", where: ["connect", ...SUBSCRIBE] },
  { row: "replay-invalid", where: SUBSCRIBE },
  { row: "replay-not-in-map", where: SUBSCRIBE },
  { row: "cookie-missing", where: ["connect", ...SUBSCRIBE], lasts: true },
  { row: "user-mismatch", where: ["connect", ...SUBSCRIBE] },
  { row: "version-missing", where: ["handshake"], lasts: true },
  { row: "version-unsupported", where: ["handshake"], lasts: true },
  { row: "connection-type", where: ["handshake"], lasts: true },
  { row: "channel-unknown", where: SUBSCRIBE, lasts: true },
  { row: "channel-missing", where: SUBSCRIBE, lasts: true },
  { row: "channel-slash", where: SUBSCRIBE, lasts: true },
  { row: "fields-unknown", where: SUBSCRIBE, lasts: true },
  { row: "channel-case", where: SUBSCRIBE, lasts: true },
  { row: "not-handshaken", where: ["connect", ...SUBSCRIBE] },
  { row: "concurrent-users", where: ["handshake"] },
  { row: "connections-per-server", where: ["handshake"] },
  { row: "daily-limit", where: ["connect", ...SUBSCRIBE] },
  { row: "create-denied", where: SUBSCRIBE, lasts: true },
  { row: "subscribe-denied", where: SUBSCRIBE, lasts: true },
  { row: "publish-denied", where: ["publish"], lasts: true },
  { row: "restricted-channel", where: SUBSCRIBE, lasts: true },
  { row: "user-not-enabled", where: SUBSCRIBE, lasts: true },
  { row: "view-all-data", where: SUBSCRIBE, lasts: true },
  { row: "topic-limit", where: SUBSCRIBE },
  { row: "cannot-create", where: SUBSCRIBE, lasts: true },
  { row: "no-access", where: SUBSCRIBE, lasts: true },
  { row: "channel-limit", where: SUBSCRIBE, lasts: true },
  { row: "unknown-channel", where: SUBSCRIBE, lasts: true },
  { row: "busy", where: ["handshake", "connect", ...SUBSCRIBE] },
  { row: "session-unknown", where: ["connect", ...SUBSCRIBE] },
  { row: "unknown-client-faye", where: ["connect", ...SUBSCRIBE] },
  { row: "too-large", where: ALL },
  { row: "html", where: ALL },
  { row: "unavailable", where: ALL },
  { row: "server-error", where: ALL },
  { row: "empty", where: ALL },
];
