import { EventSource } from "brookmark";
import { keep, rules } from "./eventsource-rules.mjs";

/** What is heard where a listener throws. */
function heard(url) {
  const source = new EventSource(url);
  return new Promise((resolve) => {
    const data = [];
    source.onmessage = (event) => {
      data.push(event.data);
      if (event.data === "1") throw new Error("on purpose");
      source.close();
      resolve(data);
    };
  });
}

/** Runs the rules that cover its part of the list, and tells what went wrong. */
export default {
  async fetch(request) {
    const { url, origins, from, to } = await request.json();
    if (url) return Response.json(await heard(url));
    const wrong = [];
    for (const rule of rules.slice(from, to)) {
      if (rule.needs) continue;
      await keep(rule, EventSource, origins).catch((error) => wrong.push(`${rule.name}: ${error.stack}`));
    }
    return Response.json(wrong);
  },
};
