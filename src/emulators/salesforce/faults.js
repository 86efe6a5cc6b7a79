/** Faults on command: which request fails with which error, and which answer is cut. */
import { ERRORS } from "./errors.js";

/** What a fault can wait for: a kind of message, a subscription made before, the token endpoint, or any streaming request. */
const PLACES = ["handshake", "connect", "subscribe", "resubscribe", "unsubscribe", "publish", "disconnect", "token", "any"];

export class Faults {
  #errors = [];
  #cuts = [];

  /** Orders an error, and tells how often it was met. */
  fail({ at, row, times = 1, advice = ERRORS[row]?.advice }) {
    if (!(row in ERRORS)) throw new TypeError(`there is no error ${row}`);
    const error = ERRORS[row];
    if ("oauth" in error !== (at === "token") && !error.http) throw new TypeError(`${row} does not come at ${at}`);
    const fault = { ...error, at: placeOf(at), times, advice, met: 0 };
    this.#errors.push(fault);
    return {
      get met() {
        return fault.met;
      },
    };
  }

  cut({ at = "any", after, times = 1 }) {
    this.#cuts.push({ at: placeOf(at), after, times, met: 0 });
  }

  accept() {
    this.#errors = [];
    this.#cuts = [];
  }

  /** The error that a request with these kinds of messages meets, which is then used up. */
  errorAt(kinds) {
    return take(this.#errors, kinds);
  }

  /** The number of bytes after which the answer to these kinds of messages is cut. */
  cutAt(kinds) {
    return take(this.#cuts, kinds)?.after;
  }
}

function placeOf(at) {
  if (!PLACES.includes(at)) throw new TypeError(`at is one of ${PLACES.join(", ")}`);
  return at;
}

/** The first that waits for one of the places, and has a time left. */
function take(faults, places) {
  const fault = faults.find(({ at, times }) => times > 0 && (places.includes(at) || (at === "any" && !places.includes("token"))));
  if (!fault) return undefined;
  fault.times -= 1;
  fault.met += 1;
  return fault;
}
