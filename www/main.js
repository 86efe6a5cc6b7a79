/** The demo: joins the stream, the counters, the buttons and the view. */
import { Counters } from "./counters.js";
import { disturb } from "./faults.js";
import { cause, now, place, seconds } from "./sentences.js";
import { Deals } from "./stream.js";
import * as view from "./view.js";

const COUNTERS_KEY = "demo counters";
const COMMITTED_KEY = "demo committed at";
const REFRESH = 250;

let state = "loading";
let paused = false;
let retry = null;
let closedBy = null;

const counters = new Counters(localStorage, COUNTERS_KEY);
const { deals: dealsUrl } = await (await fetch("/demo.json")).json();

const heard = {
  event: (event) => view.showEvent(event),
  state(next) {
    state = next;
    if (state !== "waiting") retry = null;
    showNow();
  },
  retry(planned) {
    retry = { ...planned, at: performance.now() + planned.delay };
    showNow();
    view.addToLog("retry", `${cause(planned.cause)}; attempt ${planned.attempt} in ${seconds(planned.delay)}`);
  },
  gap({ reason, position }) {
    const where = position === null ? "the place" : `the place after event ${position}`;
    view.addToLog("gap", `${reason}: ${where} is gone; going on from the oldest event kept`);
  },
  error: (error) => view.addToLog("error", `${error.code}: ${error.message}`),
  commit: () => localStorage.setItem(COMMITTED_KEY, String(Date.now())),
  close(error) {
    closedBy = error;
    showNow();
    view.addToLog("end", error ? cause(error) : "the stream has ended, as it should");
  },
};

const deals = new Deals(dealsUrl, counters, (what, detail) => heard[what](detail));

function showNow() {
  const { position } = deals.stream;
  view.showState(state, now({ state, position, paused, retry, closedBy }), paused);
}

/** What changes by itself, or too often to be drawn each time. */
function refresh() {
  const committedAt = localStorage.getItem(COMMITTED_KEY);
  view.showCounts(counters.counts);
  view.showBookmark(deals.stream.position, committedAt && Number(committedAt), bookmarkRecord());
  view.showStats(deals.stream.stats());
  view.showCountdown(retry && retry.at - performance.now(), retry?.delay);
}

/** The library's own record, read past the library. */
function bookmarkRecord() {
  return Object.values({ ...localStorage }).find((value) => value.startsWith("brookmark/")) ?? null;
}

function setPaused(value) {
  paused = value;
  if (paused) deals.stream.pause();
  else deals.stream.resume();
  view.press("pause", paused);
  showNow();
}

const actions = {
  reload: () => location.reload(),
  pause: () => setPaused(!paused),
  slow() {
    deals.slow = !deals.slow;
    view.press("slow", deals.slow);
    view.tell(deals.slow
      ? "Each event now takes 500 ms; the rest waits, and so does the bookmark."
      : "The handler is quick again.");
  },
  throw() {
    deals.throwNext = true;
    view.tell("The handler throws at the next event; that event stays uncommitted and is handled again.");
  },
  reconnect() {
    if (state === "closed") deals.open();
    else deals.stream.reconnect();
    if (paused) setPaused(false);
    view.tell(`Asking anew, ${place(deals.stream.position)}.`);
  },
  async afresh() {
    await deals.startAfresh();
    localStorage.removeItem(COMMITTED_KEY);
    view.clearLists();
    if (paused) setPaused(false);
    view.tell("The bookmark and the counters are gone; the stream begins at the oldest event kept.");
  },
};
for (const [id, act] of Object.entries(actions)) document.getElementById(id).addEventListener("click", act);

document.getElementById("server-faults").addEventListener("click", async ({ target }) => {
  const fault = target.closest("button")?.dataset.fault;
  if (fault) view.tell(await disturb(dealsUrl, fault));
});

refresh();
setInterval(refresh, REFRESH);
