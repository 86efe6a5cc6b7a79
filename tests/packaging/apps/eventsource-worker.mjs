import { EventSource } from "brookmark";
import { keep, rules } from "./eventsource-rules.mjs";

/** Runs the rules that cover its part of the list, and tells what went wrong. */
export default {
  async fetch(request) {
    const { origins, from, to } = await request.json();
    const wrong = [];
    for (const rule of rules.slice(from, to)) {
      if (rule.needs) continue;
      await keep(rule, EventSource, origins).catch((error) => wrong.push(`${rule.name}: ${error.stack}`));
    }
    return Response.json(wrong);
  },
};
