import assert from "node:assert/strict";
import test from "node:test";
import { jsonStream } from "brookmark";
import { fetchOf } from "../support/chunks.mjs";
import { open, serve } from "../support/server.mjs";
import { watch } from "../support/watch.mjs";

/** What `numbers: "exact"` makes of JSON texts. */
async function parse(...texts) {
  const seen = [];
  const fetch = fetchOf([Buffer.from(texts.map((text) => `${text}\n`).join(""))], "application/x-ndjson");
  const onEvent = ({ data }) => void seen.push(data);
  await jsonStream("http://source.invalid/", { fetch, retry: false, numbers: "exact", onEvent }).closed;
  return seen;
}

const numbers = [
  ["0", 0],
  ["-0", -0],
  ["17", 17],
  ["9007199254740991", 9007199254740991],
  ["-9007199254740991", -9007199254740991],
  ["9007199254740992", 9007199254740992n],
  ["9007199254740993", 9007199254740993n],
  ["-9007199254740993", -9007199254740993n],
  ["18446744073709551615", 18446744073709551615n],
  ["123456789012345678901234567890", 123456789012345678901234567890n],
  ["0.1", 0.1],
  ["0.10000000000000000000", 0.1],
  ["1.0000000000000000", 1],
  ["0.30000000000000004", 0.30000000000000004],
  ["0.1234567890123456789", "0.1234567890123456789"],
  ["12345678.1234567891", "12345678.1234567891"],
  ["-1.00000000000000000001", "-1.00000000000000000001"],
  ["1e20", 1e20],
  ["1E+300", 1e300],
  ["1e400", "1e400"],
  ["-1e400", "-1e400"],
  ["1e-400", "1e-400"],
  ["0e999", 0],
  ["0.0000000000000000", 0],
  ["5e-324", 5e-324],
  ["100000000000000000000e-2", 1e18],
];

test("integers beyond doubles become BigInt, and other numbers that a double would change stay text", async () => {
  const seen = await parse(...numbers.map(([text]) => text));
  for (const [index, [text, value]] of numbers.entries()) {
    assert.ok(Object.is(seen[index], value), `${text} became ${typeof seen[index]} ${seen[index]}`);
  }
});

test("digits in strings and names are text, whatever surrounds them", async () => {
  const text =
    String.raw`{"9007199254740993":"9007199254740993","a\"9007199254740993":["\\",9007199254740993,"\\\"",` +
    String.raw`"#9007199254740993","##1","\u0023 1"],"__proto__":9007199254740993,"":{"x":[-9007199254740993,1.5]}}`;
  const [seen] = await parse(text);
  assert.deepEqual(Object.entries(seen), [
    ["9007199254740993", "9007199254740993"],
    ['a"9007199254740993', ["\\", 9007199254740993n, '\\"', "#9007199254740993", "##1", "# 1"]],
    ["__proto__", 9007199254740993n],
    ["", { x: [-9007199254740993n, 1.5] }],
  ]);
  assert.deepEqual(await parse(String.raw`["\u0023 1",9007199254740993]`), [["# 1", 9007199254740993n]]);
});

/** A random value, with the text that stands for it. */
function random(dice, depth) {
  const kind = depth === 0 ? dice(3) : dice(5);
  if (kind < 2) return numbers[dice(numbers.length)];
  if (kind === 2) {
    const text = ['"', "\\", "#", "##1", "9007199254740993", "\\u0023", "ż", "1e400"];
    const value = Array.from({ length: dice(4) }, () => text[dice(text.length)]).join("");
    return [JSON.stringify(value).replaceAll("#", () => (dice(2) ? "#" : "\\u0023")), value];
  }
  const parts = Array.from({ length: dice(4) }, () => random(dice, depth - 1));
  if (kind === 3) return [`[${parts.map(([text]) => text).join(" , ")}]`, parts.map(([, value]) => value)];
  const named = parts.map(([text, value], index) => [`"k${index}#9007199254740993" : ${text}`, value]);
  return [
    `{${named.map(([text]) => text).join(",\t")}}`,
    Object.fromEntries(named.map(([, value], index) => [`k${index}#9007199254740993`, value])),
  ];
}

test("random values keep each number", async () => {
  let state = 7;
  const dice = (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
  const all = Array.from({ length: 3_000 }, () => random(dice, 4));
  assert.deepEqual(await parse(...all.map(([text]) => text)), all.map(([, value]) => value));
});

test("what is no JSON is none here either", async () => {
  for (const text of ["09007199254740993", "9007199254740993.", '{"a":9007199254740993', "9007199254740993n"]) {
    await assert.rejects(parse(text), { code: "bad-record" });
  }
});

test("a long string full of quotes costs no more than its length", async () => {
  const value = '"\\9007199254740993'.repeat(100_000);
  const begun = performance.now();
  assert.deepEqual(await parse(JSON.stringify([value, 1])), [[value, 1]]);
  assert.ok(performance.now() - begun < 5_000);
});

test("sse() offers the same", async (t) => {
  const server = await serve(t, open('data: {"seq":9007199254740993}\n\n'));
  const seen = watch(t, server.url, { decode: "json", numbers: "exact" });
  await seen.received(1);
  assert.deepEqual(seen.data, [{ seq: 9007199254740993n }]);
});

test("a text made to be slow is not: strings that look like marks cost no more than their length", async () => {
  const run = "#".repeat(400_000);
  const at = performance.now();
  const [seen] = await parse(`{"n":9007199254740993,"s":"${run}"}`);
  assert.deepEqual(seen, { n: 9007199254740993n, s: run });
  assert.ok(performance.now() - at < 5_000, `${performance.now() - at} ms`);
});
