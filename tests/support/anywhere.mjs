// What lists of rules and stories need that run in any runtime: comparing and waiting, without a test runner.

export function ok(value, message) {
  if (!value) throw new Error(message);
}

/** Compares plain data by its text. */
export function equal(actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value, (_, part) => part ?? `${part}`));
  if (found !== wanted) throw new Error(`${found}\n  instead of ${wanted}`);
}

/** Waits until `check()` gives or resolves to what is true; says what it waited for, and what there was instead. */
export async function until(what, check, limit = 15_000, details = () => "") {
  const deadline = Date.now() + limit;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${limit} ms for ${what}${details()}`);
    await pause(5);
  }
}

/** Long enough for something that must not happen. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
