/** Who is compared. */
export const BARE = "fetch alone";
export const OURS = "brookmark sse()";
export const NAMES = [BARE, OURS, "eventsource-client 1", "eventsource 5"];
