/** The application of all these tests, as a user would write it. */
export async function visit({ sse, runtimeInfo }, { url, until, store }) {
  const ids = [];
  const stream = sse(url, {
    bookmark: "place",
    store,
    onEvent: (event) => {
      ids.push(event.id);
    },
    onCommit: (position, stream) => {
      if (position === until) stream.close();
    },
  });
  await stream.closed;
  return { ids, engine: runtimeInfo().engine };
}
