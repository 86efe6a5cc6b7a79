// The four forms in which CouchDB 3 sends changes.

/** One request for changes: what it asks for, and how far it has come. */
export class Feed {
  #database;
  #query;
  #vector;
  #keeps;
  #sent = 0;

  /** @param keeps tells which changes are asked for */
  constructor(database, query, vector, keeps) {
    this.#database = database;
    this.#query = query;
    this.#vector = vector;
    this.#keeps = keeps;
  }

  get lastSeq() {
    return JSON.stringify(this.#database.seq(this.#vector));
  }

  get isFull() {
    return this.#sent >= this.#query.limit;
  }

  /** The rows behind where it stands, as text, with the sequence of each. */
  *rows() {
    const { interval = 1, docs } = this.#query;
    if (this.isFull) return;
    for (const { id, rev, deleted, text } of this.#database.changes(this.#vector)) {
      if (!this.#keeps({ id, deleted, text })) continue;
      this.#sent += 1;
      /* A sequence costs the cluster something, so a client may ask for one in so many. */
      const seq = this.#sent % interval === 0 ? this.lastSeq : "null";
      const own = [`"_id":${JSON.stringify(id)}`, `"_rev":"${rev}"`, ...(deleted ? ['"_deleted":true'] : []), ...(text ? [text] : [])];
      const doc = docs ? `,"doc":{${own}}` : "";
      yield { seq, row: `{"seq":${seq},"id":${JSON.stringify(id)},"changes":[{"rev":"${rev}"}]${deleted ? ',"deleted":true' : ""}${doc}}` };
      if (this.isFull) return;
    }
  }

  get pending() {
    return this.#database.pending(this.#vector);
  }
}

/** What each feed writes: at its beginning, for each row, as a heartbeat, and at its end. */
export const FORMS = {
  normal: page,
  longpoll: page,
  continuous: () => ({
    type: "application/json",
    begin: "",
    row: ({ row }) => `${row}\n`,
    beat: "\n",
    end: (feed) => `{"last_seq":${feed.lastSeq},"pending":${feed.pending}}\n`,
  }),
  eventsource: () => ({
    type: "text/event-stream",
    begin: "",
    /* The id is JSON, with its quotes. */
    row: ({ row, seq }) => `data: ${row}\nid: ${seq}\n\n`,
    beat: "event: heartbeat\ndata: \n\n",
    end: () => "",
  }),
};

function page() {
  let joint = "\n";
  return {
    type: "application/json",
    begin: '{"results":[',
    row({ row }) {
      const text = joint + row;
      joint = ",\r\n";
      return text;
    },
    beat: "\n",
    end: (feed) => `\n],\n"last_seq":${feed.lastSeq},"pending":${feed.pending}}\n`,
  };
}
