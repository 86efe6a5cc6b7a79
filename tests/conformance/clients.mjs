// What a client is here: a function that connects to a URL and tells what becomes of it, by
// `hear(what, event)`: "open", "event", "lost" (it will reconnect), "ended" (it will not). It returns
// what closes it. `types` are the event types to listen to, for clients that need to know. Where a class
// is behind it, that is its `class`.

/** The clients of a runtime: Brookmark's, and the runtime's own where it has one. */
export const clientsOf = (brookmark) => ({
  sse: bySse(brookmark.sse),
  EventSource: byEventSource(brookmark.EventSource),
  native: byEventSource(globalThis.EventSource),
});

/** `sse()`, as it is without options. */
const bySse = (sse) => (url, types, hear) => {
  const stream = sse(url, {
    onState: (state) => state === "open" && hear("open"),
    onEvent: ({ type, data, id }) => hear("event", { type, data, id }),
    onRetry: () => hear("lost"),
    onClose: () => hear("ended"),
  });
  return () => stream.close();
};

/** A class with the interface of EventSource. */
const byEventSource = (EventSource) => Object.assign(connectBy(EventSource), { class: EventSource });

const connectBy = (EventSource) => (url, types, hear) => {
  const source = new EventSource(url);
  for (const type of types) {
    source.addEventListener(type, ({ type, data, lastEventId }) => hear("event", { type, data, id: lastEventId }));
  }
  source.onopen = () => hear("open");
  source.onerror = () => hear(source.readyState === source.CLOSED ? "ended" : "lost");
  return () => source.close();
};
