import { openFirefox } from "../../support/firefox.mjs";
import { pageFor } from "./page.mjs";

export default {
  name: "Firefox",
  clients: ["sse", "EventSource", "native"],
  classes: ["EventSource", "native"],
  start: (plan) => openFirefox(pageFor(plan)),
};
