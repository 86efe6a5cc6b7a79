/** Writes to the page. Knows the elements and nothing of the stream. */
import { ago, seconds } from "./sentences.js";

const EVENTS_SHOWN = 30;
const LOG_SHOWN = 20;
const element = (id) => document.getElementById(id);

/** Sets a text only where it differs, so that live regions speak once and selections survive. */
function write(id, text) {
  const target = element(id);
  if (target.textContent !== text) target.textContent = text;
}

function make(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function showState(state, sentence, paused) {
  const label = paused && state !== "closed" ? "paused" : state;
  element("now").dataset.state = label;
  write("state", label);
  write("sentence", sentence);
}

/** `left` and `whole` are milliseconds; `null` hides the countdown. */
export function showCountdown(left, whole) {
  element("countdown").hidden = left === null;
  if (left === null) return;
  write("countdown-text", `next attempt in ${seconds(left)}`);
  element("countdown-bar").value = whole > 0 ? 1 - Math.max(0, left) / whole : 1;
}

export function showCounts(counts) {
  for (const [name, value] of Object.entries(counts)) {
    write(name, value.toLocaleString("en"));
    element(name).parentElement.classList.toggle("wrong", value > 0 && name !== "handled" && name !== "told");
  }
}

export function showBookmark(position, committedAt, record) {
  write("position", position === null ? "none yet" : `event ${position}`);
  write("committed", committedAt === null ? "" : `committed ${ago(Date.now() - committedAt)}`);
  write("record", record ?? "none");
}

export function showStats(stats) {
  const list = element("stats");
  for (const [name, value] of Object.entries(stats)) {
    const id = `stat-${name}`;
    if (!element(id)) {
      const row = document.createElement("div");
      const shown = make("dd", "", "");
      shown.id = id;
      row.append(make("dt", "", name), shown);
      list.append(row);
    }
    write(id, value.toLocaleString("en"));
  }
}

const waiting = [];

/** Shows an event at the next frame; of a burst, only those that stay visible are built. */
export function showEvent(event) {
  if (waiting.length === 0) requestAnimationFrame(drawEvents);
  waiting.push(event);
  if (waiting.length > EVENTS_SHOWN) waiting.shift();
}

function drawEvents() {
  const list = element("events");
  for (const event of waiting.splice(0)) list.prepend(eventRow(event));
  while (list.children.length > EVENTS_SHOWN) list.lastElementChild.remove();
  element("events-empty").hidden = true;
}

function eventRow({ type, data }) {
  const kind = type.replace("deal.", "");
  // "Closed", so that nobody takes a lost deal for a lost event.
  const label = kind === "won" || kind === "lost" ? `closed ${kind}` : kind;
  const row = make("li", kind, "");
  const amount = `${Number(data.amount).toLocaleString("en", { minimumFractionDigits: 2 })} ${data.currency}`;
  const text = make("div", "deal", "");
  text.append(make("span", "name", data.name), make("span", "detail", `${data.deal} · ${amount} · ${data.owner}`));
  row.append(make("span", "number", String(data.number)), text, make("span", "kind", label));
  return row;
}

/** `kind` is retry, gap, error or end. */
export function addToLog(kind, text) {
  const list = element("log");
  const row = make("li", kind, "");
  row.append(make("time", "", new Date().toLocaleTimeString("en-GB")), make("b", "", kind), make("span", "", text));
  list.prepend(row);
  while (list.children.length > LOG_SHOWN) list.lastElementChild.remove();
  element("log-empty").hidden = true;
}

export function tell(text) {
  write("fault-told", text);
}

export function press(id, pressed) {
  element(id).setAttribute("aria-pressed", String(pressed));
}

export function clearLists() {
  waiting.length = 0;
  element("events").replaceChildren();
  element("log").replaceChildren();
  element("events-empty").hidden = false;
  element("log-empty").hidden = false;
}
