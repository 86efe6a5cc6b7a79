// What a client of a polled service does, in Node and in a page alike. See journal.mjs for what it writes down.

/** What is written down of an event, by connector. */
const NAMES = {
  firehose: ({ data, meta }) => `${meta.type} ${data.id}`,
  couchChanges: ({ id }) => `change ${id}`,
  githubEvents: ({ payload }) => `event ${payload.number}`,
  hubspot: ({ properties }) => `object ${properties.number}`,
  sesam: ({ number }) => `entity ${number}`,
};

/** Consumes by `connect`, the connector of that name; gives the stream. */
export function consume(connect, name, { url, ...options }, { note, ...keeping }) {
  let count = 0;
  const own = {
    every: 15,
    ...options,
    ...keeping,
    bookmark: "polled",
    retry: { min: 20, max: 200 },
    onEvent({ data }) {
      const done = () => note(`h ${NAMES[name](data)}`);
      // Some handlers take their time: a commit that does not wait for them shows in the journal.
      count += 1;
      return count % 7 === 0 ? new Promise((resolve) => setTimeout(resolve, count % 4)).then(done) : done();
    },
    onCommit: (position) => note(`c ${position}`),
    onGap: (gap) => {
      note(`g ${gap.reason}`);
      return options.onGap;
    },
  };
  return url === undefined ? connect(own) : connect(url, own);
}
