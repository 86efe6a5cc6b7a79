/** A mark to put into a text for a moment. */

/**
 * One that is in none of `texts`. They are looked through once only: whoever has sent them may have chosen them
 * to look like marks.
 */
export function markBeside(...texts) {
  let longest = 0;
  for (const text of texts) {
    for (const [run] of text.matchAll(/#+/g)) longest = Math.max(longest, run.length);
  }
  return "#".repeat(longest + 1);
}
