/** Whether `value` can be waited for. */
export function isThenable(value) {
  return typeof value?.then === "function";
}
