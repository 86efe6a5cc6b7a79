/** Whether `value` can be waited for. */
export function isThenable(value) {
  return typeof value?.then === "function";
}

/** Goes on with an answer: now, or when it is there. */
export function settle(answer, then) {
  return isThenable(answer) ? Promise.resolve(answer).then(then) : then(answer);
}
