import assert from "node:assert/strict";
import test from "node:test";
import { elementsOf } from "../../src/js/connectors/json-array.js";

for (const [text, elements] of [
  ["[]", []],
  [" [ ] ", []],
  ["[1]", ["1"]],
  [' [ {"id":9007199254740993} ,\r\n {"a":[1,{"b":2}],"c":"]},{\\"["} ] ', ['{"id":9007199254740993}', '{"a":[1,{"b":2}],"c":"]},{\\"["}']],
  ['["\\\\","\\\\\\"","",null,[[],[]],{}]', ['"\\\\"', '"\\\\\\""', '""', "null", "[[],[]]", "{}"]],
  ['["\u2028,ż"]', ['"\u2028,ż"']],
]) {
  test(`the elements of ${JSON.stringify(text)} are cut out as they are`, () => {
    assert.deepEqual(elementsOf(text), elements);
    assert.deepEqual(elements.map((element) => JSON.parse(element)), JSON.parse(text));
  });
}

test("what is no array is refused", () => {
  for (const text of ["", "{}", "[", "[1,]", '{"a":[1]}', "null"]) assert.throws(() => elementsOf(text), text);
});

test("a page of megabytes is no trouble", () => {
  const element = JSON.stringify({ content: "x\\\"".repeat(1_000_000) });
  assert.deepEqual(elementsOf(`[${element},${element}]`), [element, element]);
});
