// HubSpot and Sesam, as the resume runs want them: see polled-services.mjs.

import { hubspotEmulator } from "brookmark/emulators/hubspot";
import { sesamEmulator } from "brookmark/emulators/sesam";

/**
 * Objects that search finds some time after they were made. A position is the end of a window of time: what is older
 * is behind it.
 */
export async function hubspot(random) {
  const emulator = await hubspotEmulator({ rates: { general: Infinity, search: Infinity }, indexDelay: () => random() * 200 });
  const times = [];
  return {
    connector: "hubspot",
    options: { apiUrl: emulator.url, token: "token", object: "deals", properties: ["number", "text"], settle: 400 },
    emulator,
    post(number) {
      const { updatedAt } = emulator.create("deals", { number, text: `größer\n${"x".repeat(random() * 400)}` });
      times.push(Date.parse(updatedAt));
    },
    views: () => [
      {
        total: times.length,
        place: (position) => times.filter((time) => time < Number(position)).length,
        number: (handled) => handled.split(" ")[1],
      },
    ],
  };
}

/** A chronological dataset, pulled in pages that are smaller than what is asked for, and a broken one at times. */
export async function sesam(random) {
  const emulator = await sesamEmulator({ datasets: [{ name: "items", cap: 150 }] });
  return {
    connector: "sesam",
    options: { url: emulator.endpoint("items"), auth: "token", supportsSince: true, isChronological: true, updated: "integer", limit: 200 },
    emulator,
    post(number) {
      emulator.put("items", { _id: `e${number}`, number, text: `größer\n${"x".repeat(random() * 400)}` });
      if (random() < 0.02) emulator.breakOff({ after: Math.floor(random() * 5) });
    },
    views: () => [
      {
        total: emulator.entities("items").length,
        place: (position) => Number(position) + 1,
        number: (handled) => handled.split(" ")[1],
      },
    ],
  };
}
