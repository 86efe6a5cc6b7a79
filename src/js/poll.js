/** Polling: `poll`, with an engine that polls as well. */
import { makeGlue } from "poll:glue";
import { misuse, wordsOf } from "./errors.js";
import { load } from "./load.js";
import { pollOptions } from "./poll-options.js";
import { Stream } from "./stream.js";

/**
 * Polls a source.
 * @param connector as with `sse`
 */
export function poll(url, options = {}, connector = {}) {
  const { decode = "json", numbers } = options;
  const parsesRuns = decode === "json" && numbers === undefined;
  const own = { ...pollOptions(url, options), parsesRuns, ...connector };
  /* Other ways to ask the same source, each told by what is different. */
  own.transports = connector.transports?.map((way) => ({ ...own, transports: undefined, ...way }));
  const { rescanCron } = own;
  const openEngine = () => load("poll", { makeGlue, openFallback });
  const openTimetable = async () => (rescanCron === undefined ? undefined : timetable(rescanCron));
  return new Stream({ ...own, openEngine, openTimetable }, { ...options, decode });
}

async function openFallback() {
  return (await import("./poll-fallback.js")).open();
}

/** The times of a cron expression, as `timetable.js` gives them. */
async function timetable(expression) {
  const { timetable: follow } = await import("./timetable.js");
  try {
    return follow(expression);
  } catch (thrown) {
    throw misuse("bad-option", `rescan.cron cannot be followed: ${wordsOf(thrown)}`);
  }
}
