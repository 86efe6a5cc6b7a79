/**
 * A client (as in `sse.mjs`) that is a class like the platform's own, whose listeners wait for events by name.
 *
 * @param open makes one, of a URL and a fetch that may be left out
 */
export const eventSourceClass = (name, open) => ({
  name,
  connect({ url, fetch, json, types }, take) {
    return new Promise((resolve) => {
      const source = open(url, fetch);
      const onEvent = json
        ? ({ type, data, lastEventId }) => take(type, JSON.parse(data), lastEventId)
        : ({ type, data, lastEventId }) => take(type, data, lastEventId);
      for (const type of types) source.addEventListener(type, onEvent);
      source.onerror = () => {
        source.close();
        resolve();
      };
    });
  },
});
