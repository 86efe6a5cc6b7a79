/** Brings the token to each request, and keeps it out of everything else. */
import { wordsOf } from "../errors.js";
import { lasting, pairsOf } from "../headers.js";

export class Access {
  #token;
  #isInQuery;
  #own;
  #fetch;
  /** The token of the attempt at hand: its headers are made before it is sent. */
  #current;

  /**
   * @param token a text, a function that gives one, or undefined where the application brings its own
   *   authorization
   * @param tokenIn `"header"` or `"query"`
   */
  constructor({ token, tokenIn, headers, fetch }) {
    this.#token = token;
    this.#isInQuery = tokenIn === "query";
    this.#own = lasting(headers);
    this.#fetch = fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** The option of the stream: a function only where the token or the headers come from one. */
  get headers() {
    if (typeof this.#token !== "function" && typeof this.#own !== "function") return this.#headers(this.#own, this.#token);
    return async (info) => {
      const own = typeof this.#own === "function" ? await this.#own(info) : this.#own;
      return this.#headers(own, typeof this.#token === "function" ? await this.#token(info) : this.#token);
    };
  }

  /** Fetches, with the token in the address if that is its place. */
  async fetch(url, init) {
    if (!this.#isInQuery) return this.#fetch(url, init);
    const address = new URL(url);
    address.searchParams.set("access_token", this.#current);
    try {
      return await this.#fetch(address.href, init);
    } catch (thrown) {
      /* Some runtimes quote the address, or their cause does. */
      const words = wordsOf(thrown);
      if (!words.includes(address.href)) throw thrown;
      throw new TypeError(words.replaceAll(address.href, "the URL"));
    }
  }

  #headers(own, token) {
    const pairs = pairsOf(own);
    this.#current = token;
    if (token !== undefined && !this.#isInQuery) pairs.push(["authorization", `Basic ${base64(`${token}:`)}`]);
    return pairs;
  }
}

function base64(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
