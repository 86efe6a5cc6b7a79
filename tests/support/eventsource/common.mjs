// What several rules of EventSource share.

/** Comes back soon, so that a rule about the second connection is quick. */
export const SOON = "retry: 500\n";

/** Longer than `SOON`, so that a connection that must not come would have come. */
export const LATER = 1_200;

/** The platform's own class cannot have it. */
export const OURS = "beyond the standard";

/** What `act` throws, or null. */
export function thrown(act) {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}
