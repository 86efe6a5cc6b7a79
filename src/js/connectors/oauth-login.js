/** A token and where it is good, shared by all who use it. */
import { BrookmarkError } from "brookmark";

/**
 * After so many attempts that have failed in a row, whatever they failed at, a new token is asked for: the org may have moved, and
 * nobody answers any more where the last one is good.
 */
const LOST = 3;

export class Login {
  #ask;
  #token = null;
  /** The one request that is out: whoever wants a token meanwhile waits for the same one. */
  #asking = null;

  /**
   * What the application gets: its functions need no `this`, since one is handed on as the option `auth`. `source` is the
   * host at which to log in, which names the org as well as anything that is known beforehand.
   */
  face;

  /** @param ask takes `{ refresh }`, and gives `{ accessToken, instanceUrl }` */
  constructor({ ask, source }) {
    this.#ask = ask;
    this.face = Object.freeze({
      auth: async (info) => (await this.#get(info)).accessToken,
      instanceUrl: async () => (await this.#get()).instanceUrl,
      source,
    });
  }

  #get({ refresh = false, attempt = 1 } = {}) {
    if (this.#asking) return this.#asking;
    if (this.#token && !refresh && attempt % LOST !== 0) return Promise.resolve(this.#token);
    this.#asking = this.#renew({ refresh, attempt });
    return this.#asking;
  }

  async #renew(info) {
    try {
      this.#token = await this.#ask(info);
      return this.#token;
    } finally {
      this.#asking = null;
    }
  }
}

/** Nobody lets us in. `isLasting`: nor will they if they are asked again. */
export function denied(message, { isLasting = true, ...more } = {}) {
  return new BrookmarkError({ code: "auth-failed", culprit: "auth", retryable: !isLasting, message, ...more });
}
