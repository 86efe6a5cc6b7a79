// Rows a second out of a polled service, beside a hand-written loop and JSON.parse alone.

import { runPoll } from "../../bench/poll/run.mjs";

export default function () {
  return runPoll({});
}
