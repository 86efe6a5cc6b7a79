/**
 * A subscription in the place of a connection: to the session that reads it, a response whose head says
 * whether the server has granted it, and whose body has an event a line.
 */

const GRANTED = { status: 200, headers: "content-type:application/x-ndjson\n", url: "" };

export class Subscription {
  #client;
  #channel;
  #isPlaced;
  #id = null;
  /** What the server has said instead of granting it. */
  #said = null;
  #settle = null;
  #isGranted = false;
  #isOver = false;

  /** Tells the application of something that went wrong, and that the stream survives. */
  warn;

  /**
   * @param client `subscribe`, `read`, `unsubscribe`, and `ready`, a promise for when these can be called
   * @param isPlaced whether the channel has positions
   * @param warn takes an error
   */
  constructor(client, channel, isPlaced, warn) {
    this.#client = client;
    this.#channel = channel;
    this.#isPlaced = isPlaced;
    this.warn = warn;
  }

  /** The client has headers of its own. */
  headers() {
    return null;
  }

  /** @param texts as JSON, where there are any: the text of a position, or `"earliest"` */
  async open(_method, _url, _headers, texts) {
    const position = texts && JSON.parse(texts)[0];
    await this.#client.ready;
    return this.#wait(() => {
      const isWord = position === undefined || position === "earliest";
      const word = this.#isPlaced && isWord ? (position ?? "latest") : undefined;
      this.#id = this.#client.subscribe(this, this.#channel, word, isWord ? undefined : position);
    });
  }

  /** @returns the next bytes, or a piece that lends them, or null at the end */
  async read() {
    if (this.#said !== null) {
      const said = this.#said;
      this.#said = null;
      return new TextEncoder().encode(said);
    }
    return this.#isOver ? null : this.#wait(() => this.#client.read(this.#id));
  }

  abort() {
    if (this.#id !== null && !this.#isOver) this.#client.unsubscribe(this.#id);
    this.#isOver = true;
  }

  /* What follows is called by the client. */

  granted() {
    this.#isGranted = true;
    this.#settle(GRANTED);
  }

  refused(status, said, rest) {
    const wait = rest === undefined ? "" : `retry-after:${Math.ceil(rest / 1_000)}\n`;
    this.#isOver = true;
    this.#said = said;
    this.#settle({ status, headers: `content-type:application/json\n${wait}`, url: "" });
  }

  piece(piece) {
    this.#settle(piece);
  }

  ended() {
    this.#isOver = true;
    this.#settle(null);
  }

  /** There is nobody any more who could grant it, for the reason that is `said`. */
  lost(said) {
    if (this.#isGranted) this.ended();
    else this.refused(400, said);
  }

  #wait(ask) {
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (!this.#isOver) ask();
    });
  }
}
