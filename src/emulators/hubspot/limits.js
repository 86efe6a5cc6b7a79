/** How many requests an account may make: in ten seconds, of searches in one, and in a day. */
import { tooMany } from "./errors.js";

const TEN_SECONDS = 10_000;
const SECOND = 1_000;
const DAY = 86_400_000;

export class Limits {
  #general;
  #search;
  #daily;
  #dayBegins;
  #saysWhen;

  /**
   * @param rates how many: `{ general, search, daily }`
   * @param dayBegins minutes behind midnight, UTC, at which the account's day begins
   * @param saysWhen whether a refusal has a Retry-After
   */
  constructor({ general = 100, search = 5, daily = 250_000 }, { dayBegins, saysWhen }) {
    this.#general = new Window(general, TEN_SECONDS);
    this.#search = new Window(search, SECOND);
    this.#daily = { most: daily, day: 0, made: 0 };
    this.#dayBegins = dayBegins * 60_000;
    this.#saysWhen = saysWhen;
  }

  /** Counts a request, or throws the refusal. Searches have a limit of their own. */
  count(isSearch, now) {
    const today = this.#today(now);
    if (today.made >= today.most) throw this.#refusal("DAILY", (today.day + 1) * DAY + this.#dayBegins - now);
    const window = isSearch ? this.#search : this.#general;
    const wait = window.count(now);
    if (wait > 0) throw this.#refusal(isSearch ? "SECONDLY" : "TEN_SECONDLY_ROLLING", wait);
    today.made += 1;
  }

  /** What an answer tells of the limits: nothing to a search, and to OAuth apps nothing of the day. */
  headers(isSearch, isOAuth, now) {
    if (isSearch) return {};
    const { most, made } = this.#today(now);
    return {
      "x-hubspot-ratelimit-max": String(this.#general.most),
      "x-hubspot-ratelimit-remaining": String(this.#general.left(now)),
      "x-hubspot-ratelimit-interval-milliseconds": String(TEN_SECONDS),
      ...(!isOAuth && { "x-hubspot-ratelimit-daily": String(most), "x-hubspot-ratelimit-daily-remaining": String(most - made) }),
    };
  }

  #today(now) {
    const day = Math.floor((now - this.#dayBegins) / DAY);
    if (day !== this.#daily.day) Object.assign(this.#daily, { day, made: 0 });
    return this.#daily;
  }

  #refusal(policy, wait) {
    return tooMany(policy, this.#saysWhen ? Math.ceil(wait / 1000) : undefined);
  }
}

/** A window that rolls. */
class Window {
  most;
  #length;
  /** When the requests in it were made. */
  #made = [];

  constructor(most, length) {
    this.most = most;
    this.#length = length;
  }

  /** Counts a request, or gives the milliseconds until one is allowed. */
  count(now) {
    if (this.left(now) === 0) return this.#made[0] + this.#length - now;
    this.#made.push(now);
    return 0;
  }

  left(now) {
    while (this.#made.length > 0 && this.#made[0] <= now - this.#length) this.#made.shift();
    return this.most - this.#made.length;
  }
}
