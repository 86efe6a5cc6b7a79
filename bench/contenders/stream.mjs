/** Chunks as the body of a response, for clients that make their own request. */

/** A stream that gives a chunk for each read. */
export function streamOf(chunks) {
  let next = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (next < chunks.length) controller.enqueue(chunks[next++]);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** A fetch that answers with the chunks. */
export const fetchOf = (chunks, type) => async () =>
  new Response(streamOf(chunks), { headers: { "content-type": type } });
