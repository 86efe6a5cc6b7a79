/** Requests at the pace that HubSpot allows, and what its refusals leave out. */

/** Five searches a second; of others, a hundred in ten. */
const SEARCH_PAUSE = 200;
const PAUSE = 100;

/** How long each limit lasts, in seconds. */
const WAITS = { SECONDLY: 1, TEN_SECONDLY_ROLLING: 10 };

/** Midnight in an account's own time zone, whichever that is, is at the end of one of these. */
const QUARTER = 15 * 60;

export class HubspotAccess {
  #fetch;
  #pause;
  /** When the next request may go out, by the process's own clock. */
  #next = 0;

  constructor(fetch, { isSearch }) {
    this.#fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
    this.#pause = isSearch ? SEARCH_PAUSE : PAUSE;
  }

  /** As fetch. The pause is behind an answer: how long requests travel does not bring them together. */
  async fetch(url, init) {
    await waited(this.#next - performance.now(), init?.signal);
    try {
      return await withRetryAfter(await this.#fetch(url, init));
    } finally {
      this.#next = performance.now() + this.#pause;
    }
  }
}

/** Says when to come again, where the answer says only which limit was met. */
async function withRetryAfter(response) {
  if (response.status !== 429 || response.headers.has("retry-after")) return response;
  const text = await response.text();
  const headers = new Headers(response.headers);
  const seconds = waitOf(text, Date.parse(headers.get("date")) || Date.now());
  if (seconds !== undefined) headers.set("retry-after", String(seconds));
  return new Response(text, { status: 429, statusText: response.statusText, headers });
}

function waitOf(text, now) {
  let policy;
  try {
    policy = JSON.parse(text)?.policyName;
  } catch {
    return undefined;
  }
  if (policy === "DAILY") return QUARTER - (Math.floor(now / 1000) % QUARTER);
  return WAITS[policy];
}

function waited(milliseconds, signal) {
  if (!(milliseconds > 0)) return undefined;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const giveUp = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
  });
}
