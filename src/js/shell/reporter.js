/** Makes errors of what the engine says of them. A host is one. */
import { BrookmarkError } from "../errors.js";
import { fromLines } from "./connection.js";

export class Reporter {
  /** The error told last, which is why the engine gives up when it does. */
  lastError;
  /** What was thrown underneath the input that the engine is handling, as `value`. */
  thrown;

  report(code, culprit, message, retryable, attempt, position = null) {
    const cause = code === "retries-exhausted" ? this.lastError : this.thrown?.value;
    return new BrookmarkError({ code, culprit, message, retryable, attempt, position, cause });
  }

  addResponse(error, status, lines, body) {
    Object.assign(error, { status, headers: Object.fromEntries(fromLines(lines)), body });
  }

  /** Tells the engine of what was thrown; `call` is the host's own. */
  tellThrown(thrown, tell) {
    this.thrown = { value: thrown };
    this.call(tell);
    this.thrown = undefined;
  }
}
