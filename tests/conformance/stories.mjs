// Both lists as one: what the server plays, and what is expected then.

import { HTTP_CASES } from "./http-cases.mjs";
import { PARSER_CASES } from "./parser-cases.mjs";

const fromParserCase = ({ name, section, chunks, events, lastEventId = "", pause, deviations }) => ({
  name,
  section,
  responses: [{ status: 200, headers: { "content-type": "text/event-stream" }, body: chunks }],
  expect: { events, asked: [null, lastEventId || null], pause },
  deviations,
});

const numbered = (list, stories) => stories.map((story, index) => ({ ...story, key: `${list}/${index + 1}` }));

/** The 26 and the 16, each with a `key` such as `parser/3`. */
export const STORIES = [...numbered("parser", PARSER_CASES.map(fromParserCase)), ...numbered("http", HTTP_CASES)];
