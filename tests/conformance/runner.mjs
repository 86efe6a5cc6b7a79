// Plays the cases on clients, in any runtime that has fetch and timers, and writes down what the
// clients tell. It judges nothing: the server's side, which has seen the requests too, does.

import { clientsOf } from "./clients.mjs";
import { keepRules } from "./rules.mjs";
import { STORIES } from "./stories.mjs";

/** After that a case has failed: longer than any of them takes, in ms. */
const PATIENCE = 25_000;

/**
 * Plays all cases on clients, one client after the other, then holds classes to the rules of EventSource,
 * and reports to the server.
 * @param plan `{ base, clients, classes, origins }`: the server, names of clients, those of them that
 *   are classes and shall keep the rules, and the origins of the rules' server
 */
export async function visit({ base, clients, classes, origins }, brookmark) {
  const known = clientsOf(brookmark);
  const heard = {};
  for (const name of clients) {
    const playing = STORIES.map((story) => play(base, `${name}/${story.key}`, story, known[name]));
    heard[name] = await Promise.all(playing);
  }
  const broken = {};
  for (const name of classes) broken[name] = await keepRules(known[name].class, origins);
  await fetch(`${base}/report`, { method: "POST", body: JSON.stringify({ heard, broken }) });
}

/** @returns {Promise<{ told: string[], events: object[], isOver: boolean }>} what the client told */
function play(base, path, { responses, expect, close, quiet }, connect) {
  const told = [];
  const events = [];
  const types = new Set(["message", ...(expect.events ?? []).map(({ type }) => type)]);
  const isGated = responses.some(({ body }) => body.some((piece) => piece.heard !== undefined));

  return new Promise((resolve) => {
    let isClosed = false;
    let disconnect;
    const stop = () => {
      isClosed = true;
      void disconnect();
    };
    const finish = (isOver) => {
      clearTimeout(patience);
      stop();
      resolve({ told, events, isOver });
    };
    const patience = setTimeout(finish, PATIENCE, false);
    let listening = null;

    disconnect = connect(`${base}/play/${path}`, types, (what, event) => {
      /* Closing a stream of ours is told as its end, which is no news then. */
      if (isClosed && what === "ended") return;
      told.push(what);
      if (event) events.push(event);
      if (isGated) void fetch(`${base}/heard/${path}`, { method: "POST", body: JSON.stringify(told) });

      const isLoss = what === "lost" || what === "ended";
      const isMoment = close === "event" ? what === "event" : isLoss;
      if (isMoment && close) stop();
      if (isMoment && quiet !== undefined) listening ??= setTimeout(finish, quiet, true);
      else if (what === "ended") finish(true);
    });
  });
}
