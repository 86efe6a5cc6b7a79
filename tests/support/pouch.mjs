// PouchDB Server, by its own makers, in memory and on loopback.

import { fork } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { json } from "node:stream/consumers";

const program = new URL("pouch-process.mjs", import.meta.url).pathname;

/**
 * Starts one with an empty database; it ends with the test `t`, if there is one.
 * @param compression as it is by default; it holds back what is live
 */
export async function pouch(t, { compression = false } = {}) {
  const server = fork(program, compression ? ["compression"] : [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const feeds = [];
  const [{ port }] = await once(server, "message");
  server.on("message", ({ asked }) => asked && feeds.push(asked));
  const stop = async () => {
    const ended = once(server, "exit");
    server.kill();
    await ended;
  };
  t?.after(stop);
  const url = `http://127.0.0.1:${port}/db`;
  await send("PUT", url);
  return {
    url,
    stop,
    /** The feeds asked for, in order. */
    feeds,
    /** Writes documents; gives what the server says of each. */
    write: (docs) => send("POST", `${url}/_bulk_docs`, { docs }),
    async recreate() {
      /* It takes a moment until the name is free, and in that moment the server may also bring the old one back. */
      for (let isThere = false; !isThere; ) {
        await send("DELETE", url).catch(() => {});
        isThere = await send("PUT", url).then(() => true, () => false);
      }
    },
    /** Resets all connections. */
    cut: () =>
      new Promise((resolve) => {
        server.on("message", function told({ cut }) {
          if (!cut) return;
          server.off("message", told);
          resolve();
        });
        server.send("cut");
      }),
  };
}

/** On a connection of its own: what is kept alive would be reset with the client's. */
async function send(method, url, body) {
  const sent = request(url, { method, agent: false, headers: { "content-type": "application/json" } });
  sent.end(body && JSON.stringify(body));
  const [response] = await once(sent, "response");
  const answer = await json(response);
  if (response.statusCode >= 400) throw new Error(`${method} was answered with status ${response.statusCode}`);
  return answer;
}
