// A fetch whose response body is exactly the given chunks: for tests of how bytes are cut, where
// a connection for each way of cutting would be slow and could not say where the cuts are.

/** Chunks are `Uint8Array`s or an (async) iterable of them. */
export const fetchOf =
  (chunks, type = "text/event-stream") =>
  async () =>
    new Response(ReadableStream.from ? ReadableStream.from(chunks) : streamOf(chunks), {
      headers: { "content-type": type },
    });

function streamOf(chunks) {
  const iterator = chunks[Symbol.asyncIterator]?.() ?? chunks[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}
