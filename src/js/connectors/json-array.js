/** A JSON array taken apart, digit for digit. */

/** What can open, part or close something, and strings, in which nothing can. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},]/gs;

/** The texts of the array's elements. Throws where `text` is no JSON array. */
export function elementsOf(text) {
  if (!Array.isArray(JSON.parse(text))) throw new TypeError("the response is no JSON array");
  const elements = [];
  let depth = 0;
  let begin = 0;
  const take = (end) => {
    const element = text.slice(begin, end).trim();
    if (element) elements.push(element);
    begin = end + 1;
  };
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === "[" || token === "{") {
      depth++;
      if (depth === 1) begin = index + 1;
    } else if (token === "]" || token === "}") {
      depth--;
      if (depth === 0) take(index);
    } else if (token === "," && depth === 1) {
      take(index);
    }
  }
  return elements;
}
