/** The one error class, and errors that were thrown by somebody else's code. */

export class BrookmarkError extends Error {
  /** @param fields those of `index.d.ts`; what is not given is not there */
  constructor({ message, cause, ...fields }) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, fields);
  }

  get name() {
    return "BrookmarkError";
  }
}

/** An error of whoever calls us. */
export function misuse(code, message) {
  return new BrookmarkError({ code, culprit: "misuse", retryable: false, message });
}

/** Whether what the application's own function has thrown says of itself that another attempt is of no use. */
export function isFinal(thrown) {
  return thrown instanceof BrookmarkError && thrown.retryable === false;
}

/** What was thrown, in words. Anything can be thrown. */
export function wordsOf(thrown) {
  const own = ownWords(thrown);
  /* Node puts the system's error into a cause, which may have a code and no message. */
  const cause = ownWords(thrown?.cause) || thrown?.cause?.code;
  return own && cause && cause !== own ? `${own} (${cause})` : own || cause || "it was not said why";
}

function ownWords(thrown) {
  const words = thrown?.message ?? thrown;
  return typeof words === "string" ? words : "";
}

/**
 * Calls a listener of the application. What it throws goes where an uncaught error goes: it is
 * neither ours to swallow nor the stream's to suffer from.
 */
export function callSafely(listener, ...args) {
  try {
    return listener(...args);
  } catch (thrown) {
    queueMicrotask(() => {
      throw thrown;
    });
  }
}

/** What is told where the engine traps, or cannot be loaded. */
export function engineError(cause) {
  if (cause instanceof BrookmarkError && cause.code === "engine") return cause;
  const message = `the engine failed, which is a fault in Brookmark or its loading: ${wordsOf(cause)}`;
  return new BrookmarkError({ code: "engine", culprit: "internal", retryable: false, message, cause });
}

/** As the engine tells of a record that it has found to be none. */
export function badRecord({ record, offset, data }, cause) {
  const message = `record ${record}, at byte ${offset} of the response, is no JSON`;
  const body = data.slice(0, QUOTED);
  return new BrookmarkError({ code: "bad-record", culprit: "peer", message, record, offset, body, cause });
}

/** How much of a bad record its error quotes, as in `src/engine/limits.rs`. */
const QUOTED = 2 * 1024;
