/**
 * Event n of the deals server, as a pure function of n and a seed.
 *
 * A server that was killed can therefore send every event again, byte for byte, from nothing but
 * its number. The bytes vary on purpose in everything that Server-Sent Events leave open: line
 * ends, field order, the blank after the colon, comments, one or several `data` lines.
 */

const COMPANIES = [
  "Müller & Söhne", "Łódź Logistyka", "東京精密", "Žižkov Pivovar", "Ørsted Møbler", "Ελαία Foods",
  "Çelik Yapı", "São Bento Café", "Київ Софт", "Åkerlund Skog", "Niño y Cía", "Harbor Light",
];
const SUBJECTS = [
  "annual licence", "pilot 🚀", "crème de la crème plan", "renewal", "2ⁿᵈ warehouse", "fleet upgrade",
  "naïve Bayes training", "café fit-out ☕", "support — gold", "migration",
];
const OWNERS = ["Zoë", "Jürgen", "Mai Nguyễn", "José", "Saoirse", "Владимир", "Ada"];
const MINUTE = 60_000;
const FIRST_CHANGE = Date.UTC(2026, 0, 5, 8);

/** Deals live in groups of three, whose four steps are interleaved: twelve numbers a group. */
const GROUP = 3;
const STEPS = ["created", "updated", "updated", "closed"];

/** The deal change with number `n` as `{ type, data }`. */
export function dealChange(n, seed) {
  const group = Math.floor((n - 1) / (GROUP * STEPS.length));
  const place = (n - 1) % (GROUP * STEPS.length);
  const deal = group * GROUP + (place % GROUP) + 1;
  const step = Math.floor(place / GROUP);
  const pick = (list, salt) => list[hash(seed, deal, salt) % list.length];

  const won = hash(seed, deal, 3) % 2 === 0;
  const [type, stage] = [
    ["deal.created", "lead"],
    ["deal.updated", "qualified"],
    ["deal.updated", "offer"],
    won ? ["deal.won", "won"] : ["deal.lost", "lost"],
  ][step];
  const cents = 50_000 + (hash(seed, deal, 4) % 9_000_000) + step * 12_345;

  return {
    type,
    data: {
      number: n,
      deal: `D-${String(deal).padStart(5, "0")}`,
      name: `${pick(COMPANIES, 1)} · ${pick(SUBJECTS, 2)}`,
      // Money is text: a JS number cannot hold every decimal amount.
      amount: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`,
      currency: "EUR",
      stage,
      owner: pick(OWNERS, 5),
      changedAt: new Date(FIRST_CHANGE + n * MINUTE).toISOString(),
    },
  };
}

/** The bytes of event `n`. `padding` adds that many bytes of text to its payload. */
export function dealBytes(n, seed, padding = 0) {
  const { type, data } = dealChange(n, seed);
  if (padding > 0) data.note = "x".repeat(padding);
  const shape = hash(seed, n, 6);

  const end = ["\n", "\n", "\n", "\r\n", "\r\n", "\r"][shape % 6];
  const blank = (shape >>> 4) % 4 === 0 ? "" : " ";
  const json = (shape >>> 6) % 4 === 0 ? JSON.stringify(data, null, 1) : JSON.stringify(data);
  const fields = [
    `event:${blank}${type}`,
    ...json.split("\n").map((line) => `data:${blank}${line}`),
  ];
  const id = `id:${blank}${n}`;
  if ((shape >>> 8) % 2 === 0) fields.unshift(id);
  else fields.push(id);
  if ((shape >>> 9) % 8 === 0) fields.unshift(`: Änderung ${n}`);
  return Buffer.from(`${fields.join(end)}${end}${end}`, "utf8");
}

/** A repeatable generator of fractions in [0, 1). */
export function fractions(seed) {
  let turn = 0;
  return () => hash(seed, turn++, 7) / 2 ** 32;
}

/** Mixes three integers into 32 unsigned bits (the finalizer of MurmurHash3, applied per part). */
function hash(...parts) {
  let mixed = 0x9e3779b9;
  for (const part of parts) {
    mixed ^= part;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed >>> 0;
}
