/** One open stream: sends what its client has not had, and hangs up on a client that does not read. */

/** At most this many messages leave in one piece. */
const BATCH = 64;

export class Feed {
  #response;
  #format;
  #maxLag;
  #waiting;
  #bytesToCut = Infinity;
  #isEnding = false;
  #isWriting = false;
  #keepAlive;

  /**
   * @param format one of `FORMATS`
   * @param backlog records that the client has missed; they do not count as lag
   * @param maxLag records that may wait for the client besides
   * @param keepAlive milliseconds of silence after which a sign of life is sent
   */
  constructor({ response, format, backlog, maxLag, keepAlive }) {
    this.#response = response;
    this.#format = format;
    this.#maxLag = maxLag + backlog.length;
    this.#waiting = backlog.map(format.encode);
    this.#keepAlive = setInterval(() => this.#sign(), keepAlive);
    response.on("close", () => clearInterval(this.#keepAlive));
    this.#write();
  }

  push(record) {
    if (this.#isEnding) return;
    if (this.#waiting.length >= this.#maxLag) this.#response.destroy();
    this.#waiting.push(this.#format.encode(record));
    this.#write();
  }

  /** Cuts the connection when so many more bytes have been sent. */
  cutAfter(bytes) {
    this.#bytesToCut = bytes;
    if (bytes === 0) this.#response.destroy();
  }

  /** Ends the response properly behind what waits. */
  end() {
    this.#isEnding = true;
    this.#write();
  }

  #sign() {
    if (this.#waiting.length > 0 || this.#isWriting) return;
    this.#waiting.push(this.#format.keepAlive);
    this.#write();
  }

  async #write() {
    if (this.#isWriting) return;
    this.#isWriting = true;
    while (this.#waiting.length > 0 && !this.#response.destroyed) {
      const bytes = Buffer.concat(this.#waiting.splice(0, BATCH));
      const piece = bytes.subarray(0, this.#bytesToCut);
      this.#bytesToCut -= piece.length;
      this.#keepAlive.refresh();
      /* The callback comes when the system has taken the bytes: a client that does not read stops us. */
      await new Promise((taken) => this.#response.write(piece, taken));
      if (this.#bytesToCut === 0) this.#response.destroy();
    }
    this.#isWriting = false;
    if (this.#isEnding) this.#response.end();
  }
}

/** What goes over the wire, by content type. */
export const FORMATS = {
  "application/json": {
    /* Documented is CR, sent was CR LF: the service's own clients cut nowhere else. */
    encode: ({ message }) => Buffer.from(`${textOf(message)}\r\n`),
    keepAlive: Buffer.from("\n"),
  },
  "text/event-stream": {
    encode: ({ message, eventId }) => Buffer.from(`id: ${eventId}\ndata: ${JSON.stringify(message)}\n\n`),
    keepAlive: Buffer.from(":\n\n"),
  },
};

/** Line feeds may occur inside a record, and so they do in some. */
function textOf(message) {
  return JSON.stringify(message, null, message.id % 8 === 0 ? 1 : undefined);
}
