// The rules of EventSource, all of them, in any runtime.

import { keep, OURS, rules } from "../support/eventsource-rules.mjs";

/* A page opens six connections to a host, and a rule may need two. */
const AT_ONCE = globalThis.document ? 3 : Number.POSITIVE_INFINITY;

/** More than the rules' own, in ms: a request that no connection is free for would wait for ever. */
const PATIENCE = 20_000;

/** The rules for a class in a runtime that lacks some of what they need. */
export const rulesFor = (name, { lacks = [] }) =>
  rules.filter(({ needs, native }) => !lacks.includes(needs) && (name !== "native" || native !== OURS));

function tooLong() {
  return new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("it never came to an end")));
}

/** @returns the names of the rules that the class breaks, with what happened instead */
export async function keepRules(EventSource, origins) {
  const broken = {};
  const waiting = [...rules];
  const keepNext = async () => {
    for (let rule = waiting.shift(); rule; rule = waiting.shift()) {
      try {
        await Promise.race([keep(rule, EventSource, origins), tooLong()]);
      } catch (error) {
        broken[rule.name] = `${error?.message}`;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rules.length) }, keepNext));
  return broken;
}
