import assert from "node:assert/strict";
import test from "node:test";
import { check } from "./journal.mjs";

const record = (position) => `brookmark/1 0000000000000000 0000000000000000 0 - ${position}`;

/** Two runs: killed at 4, whose handling had not been committed; then on to 6. */
const sound = ["s ", "h 1", "h 2", "c 2", "h 3", "h 4", `s ${record(3)}`, "h 4", "h 5", "c 5", "h 6", "c 6"];
const clean = { events: 6, lost: 0, repeated: 0, disordered: 0, early: 0, gaps: 0, committed: 6, starts: 2 };

const without = (...lines) => sound.filter((line) => !lines.includes(line));
const swapped = (index) => sound.toSpliced(index, 2, sound[index + 1], sound[index]);
const inserted = (index, line) => sound.toSpliced(index, 0, line);

test("a sound journal has no fault", () => {
  assert.deepEqual(check(sound, 6), clean);
});

/** Each way of tampering with the journal must show, and as what it is. */
const tampered = {
  "a number never handled": [without("h 5", "c 5"), 6, { lost: 1 }],
  "the last number never handled": [sound, 7, { lost: 1 }],
  "an uncommitted number that did not come again": [sound.toSpliced(7, 1), 6, { lost: 1 }],
  "a number handled again after its commit": [inserted(4, "h 2"), 6, { repeated: 1 }],
  "a number handled again after the store had it": [inserted(7, "h 3"), 6, { repeated: 1 }],
  "two numbers in the wrong order": [swapped(4), 6, { disordered: 1 }],
  "a number handled twice in one run": [inserted(9, "h 5"), 6, { disordered: 1 }],
  "a commit before the handling": [swapped(10), 6, { early: 1 }],
  "a gap": [inserted(4, "g position-expired"), 6, { gaps: 1 }],
};

for (const [what, [lines, total, faults]] of Object.entries(tampered)) {
  test(`the check notices ${what}`, () => {
    const found = check(lines, total);
    for (const fault of ["lost", "repeated", "disordered", "early", "gaps"]) {
      assert.equal(found[fault], faults[fault] ?? 0, fault);
    }
  });
}
