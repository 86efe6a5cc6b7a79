/** Checks of what is said to a connector. */
import { BrookmarkError } from "brookmark";

/** The address of a service: text to which paths are added. */
export function base(name, url) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    throw misuse(`${name} is no URL`, "bad-url");
  }
  const { protocol, username, password, search, hash, href } = parsed;
  if (!/^https?:$/.test(protocol) || username || password || search || hash) {
    throw misuse(`${name} is more, or other, than where HTTP requests can go, with a path at most`, "bad-url");
  }
  return href.replace(/\/$/, "");
}

export function kind(name, value, types) {
  if (value !== undefined && !types.includes(typeof value)) throw misuse(`${name} is no ${types.join(" or ")}`);
}

export function oneOf(name, value, choices) {
  if (value !== undefined && !choices.includes(value)) {
    throw misuse(`${name} is none of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`);
  }
}

export function misuse(message, code = "bad-option") {
  return new BrookmarkError({ code, culprit: "misuse", retryable: false, message });
}
