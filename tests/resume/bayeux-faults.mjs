// What can happen between a Bayeux client and Salesforce, kind by kind. Each is `(service, random) => Promise`, and is over when it is known
// to have happened; `service` is in in-bayeux.mjs.

import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../support/waiting.mjs";

const PATIENCE = 20_000;
/** Most answers are short ones; one with events is as long as there are. */
const LONGEST_CUTS = [200, 8_000];
const BURST = 60;
/** The service gives up a client that is away for longer than 40 s, and its load balancer forgets one after three hours. */
const AWAY = 60_000;
const REROUTED = 3 * 3_600_000 + 1_000;

/** An answer is cut, in the midst of events if there are any. Some are shorter than that: then the next one is. */
const cut = (at) => async (service, random) => {
  const isAt = ({ messages }) => messages?.some(({ channel }) => channel === `/meta/${at}`);
  const asked = () => service.emulator.requests.filter(isAt);
  let isCut = false;
  while (!isCut) {
    await service.isHeard();
    /* A connect is held; the rest comes with another session. */
    const index = asked().length - (at === "connect" ? 1 : 0);
    service.emulator.cut({ at, after: Math.floor(random() * LONGEST_CUTS[Math.floor(random() * LONGEST_CUTS.length)]) });
    if (at !== "connect") service.emulator.moveSession();
    service.post(1 + Math.floor(random() * BURST));
    const isOver = () => asked().length > index + 1 || (asked()[index]?.status ?? null) !== null;
    await until(`the ${at} to be over`, isOver, PATIENCE);
    isCut = asked()[index].status === null;
  }
};

/** The service answers with an error, once; where no request is about to be made there, a move makes the client come. */
const fails = (at, row) => async (service, random) => {
  await service.isHeard();
  const ordered = service.emulator.fail({ at, row });
  if (at !== "connect") service.emulator.moveSession();
  service.post(1 + Math.floor(random() * BURST));
  await until(`${row} at ${at}`, () => ordered.met > 0, PATIENCE);
};

/** All sessions move; afterwards the client has another one. */
const moves = (how) => async (service) => {
  await service.isHeard();
  const [{ clientId }] = service.emulator.sessions;
  service.emulator.moveSession(how);
  await until("another session", () => service.emulator.sessions.some((session) => session.clientId !== clientId), PATIENCE);
};

/** The service is gone, for a span of its own clock. */
const outage = (span) => async (service, random) => {
  await service.isHeard();
  await service.emulator.stop();
  service.emulator.advance(span);
  await sleep(random() * 400);
  await service.emulator.start();
};

export const FAULTS = {
  "a connect's answer is cut": cut("connect"),
  "the service restarts": outage(0),
  "a session moves, and the advice is to handshake": moves({ advice: "handshake" }),
  "a bare disconnect": fails("connect", "disconnect"),
  "the token expires": async (service) => {
    await service.isHeard();
    const logins = () => service.emulator.requests.filter(({ grant, status }) => grant && status === 200).length;
    const before = logins();
    service.emulator.expireToken();
    await until("another token", () => logins() > before, PATIENCE);
  },
  "a connect meets a busy server": fails("connect", "busy"),
  "a subscription's answer is cut": cut("subscribe"),
  "the session times out": outage(AWAY),
  "a session moves, and the advice is none": moves({ advice: "none" }),
  "a connect is answered by a page": fails("connect", "html"),
  "all connections are reset": async (service) => {
    await service.isHeard();
    const before = service.emulator.requests.length;
    service.emulator.cut();
    await until("a request after the reset", () => service.emulator.requests.length > before, PATIENCE);
  },
  "the load balancer's cookie expires": outage(REROUTED),
  "a handshake's answer is cut": cut("handshake"),
  "a session moves, and the advice is to retry": moves({ advice: "retry" }),
  "a subscription meets a busy server": fails("subscribe", "busy"),
  "a session moves with a bare disconnect beside": moves({ advice: "none", disconnect: true }),
  "a handshake meets a busy server": fails("handshake", "busy"),
  "a connect meets an empty answer": fails("connect", "empty"),
  "a subscription is answered by a page": fails("subscribe", "html"),
  "a handshake is answered by a page": fails("handshake", "html"),
  "a connect meets status 503": fails("connect", "unavailable"),
  "a connect meets an unknown session": fails("connect", "session-unknown"),
  "a subscription meets an unknown client": fails("subscribe", "unknown-client"),
};
