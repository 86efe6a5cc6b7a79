/** What the buttons of the server's faults send, and what is said about it. */
const FAULTS = {
  cut: [[{ do: "cut" }], "The connection was destroyed."],
  half: [[{ do: "half" }], "The server sent part of an event and then cut the connection."],
  stall: [[{ do: "stall" }], "The server went silent; after six seconds the page stops believing in this connection."],
  refuse: [
    [{ do: "refuse", mode: "503", ms: 8_000, retryAfter: 3 }, { do: "cut" }],
    "The server cut the connection and answers 503 for eight seconds, asking for three seconds of patience.",
  ],
  // A client that is up to date would not notice: some events must come and go while it is away.
  forget: [
    [{ do: "cut" }, { do: "burst", count: 40 }, { do: "forget" }],
    "While the page was cut off, 40 events came and were forgotten: a gap, and it must be told.",
  ],
  burst: [[{ do: "burst", count: 200 }], "The server made 200 events at once."],
  repeat: [
    [{ do: "overlap", count: 10 }, { do: "cut" }],
    "After a cut the server resumed ten events too early; what was committed is not handled again.",
  ],
  big: [[{ do: "big", bytes: 2_000_000 }], "The server sent an event of two megabytes."],
};

/** Does the fault of that name; resolves to a sentence about it. */
export async function disturb(dealsUrl, name) {
  if (name === "kill") {
    await fetch("/kill", { method: "POST" });
    return "The server process was killed; it starts again in two seconds, with the same numbers.";
  }
  const [commands, sentence] = FAULTS[name];
  try {
    await fetch(`${dealsUrl}/control`, { method: "POST", body: JSON.stringify(commands) });
    return sentence;
  } catch {
    return "The server does not answer; try again when it is back.";
  }
}
