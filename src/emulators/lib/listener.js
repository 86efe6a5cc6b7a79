/** An HTTP server that can go away and come back at the same address. */
import { createServer } from "node:http";

export class Listener {
  #handle;
  #port;
  #server = null;

  constructor(port, handle) {
    this.#port = port;
    this.#handle = handle;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  start() {
    if (this.#server) return undefined;
    const server = createServer(this.#handle);
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", () => {
        server.off("error", reject);
        this.#port = server.address().port;
        resolve();
      });
    });
  }

  /** Resets what is open. */
  stop() {
    const server = this.#server;
    if (!server) return undefined;
    this.#server = null;
    return new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}
