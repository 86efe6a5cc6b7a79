// The journal of a page that is reloaded at any moment. It lies in localStorage beside the bookmark: writing there is
// synchronous, so no reload can come between an event's handling and its line. See journal.mjs for the lines.

const LINES_PER_PIECE = 100;
const pieceKey = (n) => `journal ${n}`;

/** The journal is kept in pieces, since each append writes its whole piece again. */
let piece = 0;
while (localStorage.getItem(pieceKey(piece)) !== null) piece += 1;
let lines = [];

export function note(line) {
  lines.push(line);
  localStorage.setItem(pieceKey(piece), lines.join("\n"));
  if (lines.length === LINES_PER_PIECE) {
    piece += 1;
    lines = [];
  }
}

/** The whole journal; the test asks for it at the end. */
globalThis.readJournal = () => {
  const all = [];
  for (let n = 0; localStorage.getItem(pieceKey(n)) !== null; n += 1) {
    all.push(...localStorage.getItem(pieceKey(n)).split("\n"));
  }
  return all;
};

const record = Object.values({ ...localStorage }).find((value) => value.startsWith("brookmark/"));
note(`s ${record ?? ""}`);
