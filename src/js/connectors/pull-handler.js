/**
 * The other end of the JSON Pull Protocol: what comes out of a source, as entities that can be pulled from any
 * place on. `since` is a position of the source, and each entity's `_updated` is one.
 */
import { BrookmarkError } from "brookmark";
import { kind, misuse } from "./checks.js";
import { stringify } from "./entity-text.js";

/** @returns `(request) => Promise<Response>` */
export function pullHandler(source, options = {}) {
  const { token, cap, entity } = checked(source, options);
  return async (request) => {
    const end = new AbortController();
    try {
      const { since, limit } = asked(request, token);
      const most = Math.min(limit ?? Infinity, cap ?? Infinity);
      const opened = await source(since, { limit: most === Infinity ? null : most, signal: end.signal, request });
      return await answer(pieces(entities(opened, { since, most, entity })), end);
    } catch (thrown) {
      end.abort();
      return problem(thrown);
    }
  };
}

function checked(source, options) {
  const { token, cap, entity = entityOf, ...rest } = Object(options);
  if (typeof source !== "function") throw misuse("pullHandler takes a function that opens a source");
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw misuse(`pullHandler has no option ${unknown}`);
  if (token !== undefined && (typeof token !== "string" || !token)) throw misuse("token is no text");
  if (cap !== undefined && !(Number.isInteger(cap) && cap > 0)) throw misuse("cap is no number of entities");
  kind("entity", entity, ["function"]);
  return { token, cap, entity };
}

/** What a request asks for. */
function asked({ method, headers, url }, token) {
  if (token !== undefined && headers.get("authorization") !== `Bearer ${token}`) throw new Refused(401, "the token is missing or wrong");
  if (method !== "GET") throw new Refused(405, "entities can be got only");
  const query = new URL(url).searchParams;
  if (query.has("subset")) throw new Refused(404, "there are no subsets");
  const limit = query.get("limit");
  if (limit !== null && !/^0*[1-9][0-9]{0,8}$/.test(limit)) throw new Refused(400, "limit is no positive integer");
  return { since: query.get("since") || null, limit: limit === null ? null : Number(limit) };
}

/** A request that is answered with an error. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * The texts of entities up to where an answer may end: there, the source can be continued without loss. One entity
 * is held back, since the last one's place may be known only at the end.
 */
async function* entities(opened, { since, most, entity }) {
  let held = null;
  let count = 0;
  for await (const item of opened) {
    if (held && count >= most && mayEnd(held, item)) {
      yield written(held, entity);
      return;
    }
    if (held) yield written(held, entity);
    const place = placeOf(item);
    held = { item, place, isBehind: place !== (held?.place ?? since) };
    count += 1;
  }
  /* Where runs are what moves the place, the last entity of one stands for all of them. */
  if (held) yield written({ ...held, place: opened.position ?? held.place }, entity);
}

/**
 * An event may be the last if it has moved the position. Entities that share a place stay together, since nothing but what
 * is behind it is asked for next.
 */
function mayEnd(held, next) {
  return isEvent(held.item) ? held.isBehind : placeOf(next) !== held.place;
}

const isEvent = (item) => "position" in item && "data" in item;
const placeOf = (item) => (isEvent(item) ? item.position : item._updated);

function written({ item, place }, entity) {
  const { _id, _updated, ...fields } = isEvent(item) ? entity(item) : item;
  if (typeof _id !== "string") throw new TypeError("an entity's _id is no text");
  return stringify({ _id, ...(place != null && { _updated: place }), ...fields });
}

/** What becomes of an event where the application does not say. */
function entityOf({ id, data }) {
  return { _id: id, ...Object(data) };
}

async function* pieces(texts) {
  let before = "[";
  for await (const text of texts) {
    yield before + text;
    before = ",\n";
  }
  yield before === "[" ? "[]" : "]";
}

/** The first entity is there before the answer begins: whatever fails by then is its status. Later, the body breaks. */
async function answer(texts, end) {
  const encoder = new TextEncoder();
  let first = await texts.next();
  const body = new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = first ?? (await texts.next());
        first = null;
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel() {
        end.abort();
        texts.return().catch(() => {});
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" } });
}

function problem(thrown) {
  const { status, retryAfter } = howBad(thrown);
  /* What others throw may quote what nobody else is to read. */
  const isQuotable = thrown instanceof Refused || thrown instanceof BrookmarkError;
  const detail = isQuotable ? thrown.message : "the source failed";
  const headers = { "content-type": "application/problem+json", ...(retryAfter !== undefined && { "retry-after": retryAfter }) };
  return new Response(JSON.stringify({ status, detail }), { status, headers });
}

/** A place that the source no longer has is gone for whoever pulls, too. */
function howBad(thrown) {
  if (thrown instanceof Refused) return thrown;
  if (LOST.includes(thrown?.code)) return { status: 410 };
  const isBusy = thrown?.status === 429 || thrown?.status === 503;
  return isBusy ? { status: 503, retryAfter: thrown.headers?.["retry-after"] } : { status: 502 };
}

/** Codes of sources that cannot continue from a position. */
const LOST = ["position-expired", "position-refused", "position-regressed", "recreated", "overrun"];
