// What a server was asked, and by whom.

/** The body of a request, read beside the server. */
export function bodyOf(request, then) {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => then(Buffer.concat(chunks).toString()));
}

export class Watch {
  /** The messages of each request or text, in order. */
  requests = [];
  /** How often a connect came while another one of its session was out. */
  doubles = 0;
  #out = new Map();

  /** Writes down messages; gives what is to be called once they are answered, or nobody waits for that any more. */
  note(messages) {
    this.requests.push(messages);
    const connect = messages.find(({ channel }) => channel === "/meta/connect");
    if (!connect) return () => {};
    const id = connect.clientId;
    if (this.isHeld(id)) this.doubles += 1;
    const mine = Symbol();
    this.#out.set(id, mine);
    return () => {
      if (this.#out.get(id) === mine) this.#out.delete(id);
    };
  }

  isHeld(id) {
    return this.#out.has(id);
  }
}

/** A server of another origin has to say that a page may talk to it, and that its cookies may come along. */
export function allowPages(request, response) {
  response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
  response.setHeader("access-control-allow-credentials", "true");
  response.setHeader("access-control-allow-headers", "authorization, content-type");
  if (request.method !== "OPTIONS") return false;
  response.writeHead(204).end();
  return true;
}

/** Refuses a request as a server does that is overrun. */
export function turnAway(request, response) {
  request.resume();
  response.writeHead(503).end();
}
