/**
 * Across origins, a header with the position makes a browser ask the server first whether it may be
 * sent. Where it may not, fetch fails just as without a network. So it is found out: the request is
 * sent once without the header, and given up when its answer begins.
 */
import { isSafe } from "../options.js";
import { cancel } from "./cancel.js";

/** The request gets through without the header that carries the position, and not with it. */
export class PositionRefused extends Error {}

export class Preflight {
  #header;
  #hasPassed = false;

  /** @param header the name of the header that carries the position, if one does */
  constructor(header) {
    this.#header = header;
  }

  /**
   * @param send `(headers, signal)`, sends the request
   * @returns its answer
   */
  async send(send, { method, url, headers, signal }) {
    const carries = Boolean(this.#header) && headers.has(this.#header);
    try {
      const response = await send(headers, signal);
      this.#hasPassed ||= carries;
      return response;
    } catch (thrown) {
      const isDoubtful = carries && !this.#hasPassed && isSafe(method) && isElsewhere(url);
      if (!isDoubtful || thrown?.name !== "TypeError" || signal.aborted) throw thrown;
      if (!(await this.#passesWithout(send, headers, signal))) throw thrown;
    }
    /* The network may have come back between the two. */
    try {
      const response = await send(headers, signal);
      this.#hasPassed = true;
      return response;
    } catch (thrown) {
      throw thrown?.name === "TypeError" && !signal.aborted ? new PositionRefused() : thrown;
    }
  }

  async #passesWithout(send, headers, signal) {
    const without = new Headers(headers);
    without.delete(this.#header);
    const probe = new AbortController();
    const stop = () => probe.abort();
    signal.addEventListener("abort", stop);
    try {
      const response = await send(without, probe.signal);
      /* For a fetch that does not listen to its signal. */
      cancel(response.body);
      return true;
    } catch {
      return false;
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  }
}

/** Whether the page is of another origin. Where there is no page, nobody asks first. */
function isElsewhere(url) {
  const { location } = globalThis;
  return Boolean(location) && location.origin !== new URL(url).origin;
}
