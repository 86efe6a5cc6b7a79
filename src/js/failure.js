/** What follows when an event could not be handled, for both kinds of consumer. */
import { BrookmarkError, wordsOf } from "./errors.js";
import { HANDLER_POLICIES } from "./options.js";

/**
 * Asks the application's policy and tells the stream.
 * @returns the policy that was taken
 */
export function fail(calls, seq, event, thrown, isCommitted = false) {
  const isRecord = thrown instanceof BrookmarkError && thrown.code === "bad-record";
  const isDecode = isRecord || (thrown instanceof BrookmarkError && thrown.code === "decode");
  const error = isDecode ? thrown : handlerError(thrown);
  error.position = event.position;
  error.retryable = true;
  const said = isRecord ? calls.badRecords() : calls.policy(error, event);
  let policy = HANDLER_POLICIES.includes(said) ? said : "stop";
  /* The same text fails again. */
  if (isDecode && policy === "retry") policy = "stop";
  /* What is committed does not come again. */
  if (isCommitted && policy === "retry") policy = "skip";
  error.retryable = policy !== "stop";
  calls.failed(seq, error, policy);
  return policy;
}

/** The error of a handler whose event no longer matters: the stream was moved meanwhile, and goes on. */
export function lateError(event, thrown) {
  return Object.assign(handlerError(thrown), { position: event.position, retryable: true });
}

function handlerError(thrown) {
  const message = `the handler failed: ${wordsOf(thrown)}`;
  return new BrookmarkError({ code: "handler", culprit: "handler", message, cause: thrown });
}
