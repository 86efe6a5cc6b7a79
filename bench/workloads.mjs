/**
 * What is parsed: streams as services send them, made from a seed, so that every run and every
 * runtime has the same bytes. Each workload comes with the events that it means.
 */

export const SIZE = 12_000_000;

const SEED = 20_261_121;

/** By name: what it is, its format, and what makes it from a source of random numbers. */
const KINDS = {
  W1: { about: "LLM tokens: events of 150 bytes", format: "sse", make: (random) => llmToken(random) },
  W2: { about: "CRM deals: events of 900 bytes, half with text that is not ASCII", format: "sse", make: deals(0.47) },
  W2a: { about: "the deals, all ASCII", format: "sse", make: deals(0) },
  W2d: { about: "the deals, each with text that is not ASCII", format: "sse", make: deals(1) },
  W3: { about: "events of 256 kB on one line", format: "sse", make: (random) => big(random) },
  W4: { about: "events of 20 data lines of 60 bytes", format: "sse", make: (random) => manyLines(random) },
  W5: { about: "the deals as NDJSON", format: "ndjson", end: "\n", make: deals(0.47) },
  W5c: { about: "the deals as JSON, a CR after each", format: "ndjson", end: "\r", make: deals(0.47) },
  W6: { about: "keep-alives: comments, and few events", format: "sse", make: (random) => afterKeepAlives(random) },
};

export const WORKLOADS = Object.keys(KINDS);

/**
 * A workload of about `size` bytes, or fewer for no more than `count` events.
 *
 * @returns `{ name, about, format, end, bytes, events, types }`: `events` are what a client is to
 *   deliver, as `{ type, data, id }` in order; `end` is what ends a record of NDJSON
 */
export function workload(name, size = SIZE, count = Infinity) {
  const { about, format, end, make } = KINDS[name];
  const random = generator(SEED);
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(size + 2 * BIG_BYTES);
  const events = [];
  let length = 0;
  while (length < size && events.length < count) {
    const { before = "", type = "message", data, id = "" } = make(random, events.length);
    const wire = format === "sse" ? before + block(type, data, id) : data + end;
    length += encoder.encodeInto(wire, bytes.subarray(length)).written;
    events.push(format === "sse" ? { type, data, id } : { type: "message", data, id: "" });
  }
  const types = [...new Set(events.map((event) => event.type))];
  return { name, about, format, end, bytes: bytes.slice(0, length), events, types };
}

/** The bytes in pieces with memory of their own, as a network gives them. */
export function cut(bytes, size) {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  return chunks;
}

function block(type, data, id) {
  let text = "";
  if (type !== "message") text += `event: ${type}\n`;
  if (id) text += `id: ${id}\n`;
  for (const line of data.split("\n")) text += `data: ${line}\n`;
  return `${text}\n`;
}

function llmToken(random) {
  const text = ` ${pick(random, WORDS)}${random() < 0.1 ? pick(random, [".", ",", "\n", '"']) : ""}`;
  const type = "content_block_delta";
  return { type, data: JSON.stringify({ type, item: "msg_01XFDUDYJg", index: 0, delta: { type: "text_delta", text } }) };
}

/** Deals of which so great a share has text that is not ASCII. */
function deals(share) {
  return (random, number) => {
    const words = random() < share ? pick(random, FOREIGN) : WORDS;
    return { data: JSON.stringify(deal(random, number, words)), id: `deal-${1_000_000 + number}` };
  };
}

function deal(random, number, words) {
  const isForeign = words !== WORDS;
  const text = (count) => Array.from({ length: count }, () => pick(random, words)).join(" ");
  const day = () => `2026-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 10)}T0${Math.floor(random() * 10)}:30:00Z`;
  return {
    id: 1_000_000 + number,
    name: text(3),
    value: Math.round(random() * 1e7) / 100,
    currency: pick(random, ["EUR", "USD", "PLN", "GBP", "JPY"]),
    stage_id: Math.floor(random() * 12),
    owner_id: 100_000 + Math.floor(random() * 900),
    contact: { id: 5_000_000 + Math.floor(random() * 1e6), name: text(2), email: `contact.${number}@example.org` },
    hot: random() < 0.2,
    tags: Array.from({ length: 4 }, () => pick(random, words)),
    custom_fields: { region: pick(random, words), source_of_lead: pick(random, words), purchase_order: `PO-${number * 7}` },
    /* Foreign letters take two or three bytes each, so fewer words fill the same record. */
    note: text(isForeign ? 18 : 23),
    history: Array.from({ length: 3 }, (_, step) => ({ step, at: day(), by: 100_000 + Math.floor(random() * 900) })),
    created_at: day(),
    updated_at: day(),
    last_activity_at: day(),
    link: `https://crm.example.org/api/v2/deals/${1_000_000 + number}/activities?page=1&per_page=25`,
  };
}

function big(random) {
  const list = [];
  for (let length = 0, number = 0; length < BIG_BYTES; number += 1) {
    const text = JSON.stringify(deal(random, number, WORDS));
    list.push(text);
    length += text.length + 1;
  }
  return { data: `[${list.join(",")}]` };
}

/** A list of texts, a line each, so that the lines are JSON again once they are put together. */
function manyLines(random) {
  const lines = Array.from({ length: 20 }, (_, line) => {
    let text = "";
    while (text.length < 57) text += `${pick(random, WORDS)} `;
    return `${line === 0 ? "[" : " "}"${text.slice(0, 56)}"${line === 19 ? "]" : ","}`;
  });
  return { data: lines.join("\n") };
}

function afterKeepAlives(random, number) {
  return { before: ": keep-alive\n\n".repeat(200), id: `${number}`, ...llmToken(random) };
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}

/** Numbers from 0 to 1 that look random, and are the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const BIG_BYTES = 256 * 1024;

const WORDS = (
  "the of stream event and to in customer order renewal contract budget is with for pipeline quarter " +
  "deal decision maker asked about price discount review legal security approval next meeting call demo " +
  "integration support upgrade licence seats annual invoice payment delivery warehouse region partner"
).split(" ");

const FOREIGN = [
  "zamówienie płatność również żądanie środków życzy późniejszą umowę ułatwić więcej spółka łącznie",
  "Verträge über größere Stückzahlen müssen geprüft während Prüfung Rückfrage zusätzlich möglich Händler für",
  "договор клиент заказ оплата счёт встреча поставка склад скидка",
  "σύμβαση ανανέωση πελάτης παραγγελία πληρωμή συνάντηση προσφορά τιμολόγιο",
  "契約 更新 顧客 注文 見積 会議 価格 割引 請求 支払",
].map((text) => text.split(" "));
