/** What is happening, in plain words. */

const STATES = {
  idle: () => "Nothing has been asked for yet.",
  loading: () => "Loading the engine and looking for a bookmark.",
  connecting: (place) => `Asking the server ${place}.`,
  open: () => "Connected. The bookmark moves on as each event has been handled.",
  suspended: () => "The page is offline or frozen. The stream goes on when that ends.",
};

const CAUSES = {
  network: "the connection broke",
  "idle-timeout": "the server was silent for too long",
  "connect-timeout": "the server did not answer in time",
  "too-many-requests": "the server asked for patience",
  "position-expired": "the server no longer keeps the bookmarked place",
};

export function seconds(ms) {
  const value = Math.max(0, ms) / 1_000;
  return value < 10 ? `${value.toFixed(1)} s` : `${Math.round(value)} s`;
}

export function ago(ms) {
  if (ms < 1_500) return "just now";
  if (ms < 90_000) return `${Math.round(ms / 1_000)} seconds ago`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} minutes ago`;
  return `${Math.round(ms / 3_600_000)} hours ago`;
}

export function cause(error) {
  if (!error) return "the server ended the response";
  if (error.code === "server-error") return `the server answered ${error.status}`;
  return CAUSES[error.code] ?? error.message;
}

export function place(position) {
  return position === null ? "for everything it keeps" : `for what came after event ${position}`;
}

/** The one line about a stream: its state, its position, whether paused, the retry planned. */
export function now({ state, position, paused, retry, closedBy }) {
  if (state === "closed") {
    const why = closedBy ? `: ${cause(closedBy)}` : ", as it should";
    return `The stream has ended${why}. Reconnect opens it again.`;
  }
  if (state === "waiting") {
    const why = retry ? cause(retry.cause) : "the connection ended";
    const when = retry ? ` in about ${Math.ceil(retry.delay / 1_000)} s` : "";
    return `Waiting: ${why}. Asking again${when}, ${place(position)}.`;
  }
  if (paused) return "Paused. The connection stays; what arrives waits.";
  return STATES[state](place(position));
}
