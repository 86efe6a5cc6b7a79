// The life of a session: lost in every way there is, shared, left.

import { doubling, oneBrowser } from "./networks.mjs";

/** A session is over: another one takes its place, with the channel, and the loss is told. */
async function goesOn({ client, stream }, { server, equal, until }) {
  await until("a new session", () => client.stats().sessions === 2 && client.state === "open");
  await server.hasListeners("/u/a", 1);
  await server.publish("/u/a", 2);
  await stream.received(2);
  equal([stream.data, stream.gaps], [[1, 2], []]);
  equal(stream.errors, ["session-lost"]);
}

export const sessions = [
  {
    name: "a server that restarts is found again with its channels, and what may be lost is told",
    doubles: true,
    async run(its) {
      const { open, server, equal, ok, until } = its;
      const one = await open("/u/a");
      const { client, stream, states, errors } = one;
      await server.publish("/u/a", 1);
      await stream.received(1);
      await server.stop();
      await until("the client to notice", () => client.state === "waiting");
      await server.start();
      if (!server.keepsSessions) await goesOn(one, its);
      else {
        await until("the client to be back", () => client.state === "open");
        await server.hasListeners("/u/a", 1);
        await server.publish("/u/a", 2);
        await stream.received(2);
        equal([stream.data, client.stats().sessions], [[1, 2], 1]);
      }
      ok(states.includes("waiting") && errors.includes("network"), `${states} ${errors}`);
    },
  },
  ended({ how: "has expired", verb: "expire" }),
  ended({ how: "the server ends", verb: "forget", servers: ["cometd", "salesforce"], why: "faye ends none" }),
  {
    name: "a connect that arrives twice is no outage",
    servers: ["cometd", "faye", "salesforce"],
    why: "a socket is not read twice",
    doubles: true,
    async run({ client, server, equal, until }) {
      const network = doubling();
      const { client: own, hear } = client({ fetch: network.fetch });
      const stream = hear("/u/a");
      await stream.isHeard();
      network.double();
      await server.publish("/u/a", 1);
      await stream.received(1);
      await until("the double", async () => network.doubled && (await server.look()).doubles > 0);
      /* What is sent before that may go into the one that nobody reads. */
      await until("the connect behind it", async () => {
        const ids = (await server.sent("/meta/connect")).map(({ id }) => id);
        return ids.indexOf(ids.at(-1)) === ids.length - 1 && own.state === "open";
      });
      await server.publish("/u/a", 2);
      await stream.received(2);
      equal([stream.data, stream.errors, own.stats().sessions], [[1, 2], [], 1]);
    },
  },
  several({ servers: ["faye", "faye-socket"], why: "the others look at cookies, as the next one has it" }),
  several({ servers: ["cometd", "salesforce"], why: "faye looks at no cookies, as above", needs: "cookies of each client's own" }),
  {
    name: "several clients of one browser are told that the server sees them, and still hear everything",
    servers: ["cometd"],
    why: "faye looks at no cookies, and Salesforce ends the older session",
    async run({ client, server, equal, ok, until }) {
      const fetch = oneBrowser();
      const one = client({ fetch });
      await one.isOpen();
      const other = client({ fetch });
      const streams = [one, other].map(({ hear }) => hear("/u/a"));
      const told = () => [...one.errors, ...other.errors];
      await until("one of them to be told", () => told().includes("multiple-clients"));
      await until("both to be open", () => streams.every(({ stream }) => stream.state === "open"));
      for (const number of [1, 2, 3]) await server.publish("/u/a", number);
      for (const stream of streams) await stream.received(3);
      equal(streams.map(({ data }) => data), [[1, 2, 3], [1, 2, 3]]);
      ok(told().every((code) => code === "multiple-clients"), told());
      equal([one, other].map(({ client }) => client.stats().sessions), [1, 1]);
    },
  },
  {
    name: "of two clients of one browser, each ends the other's session, and neither loses what has a place",
    servers: ["salesforce"],
    why: "the others let them live together",
    doubles: true,
    async run({ client, server, equal, ok }) {
      /* A session that was ended early is followed by a pause, in which the other client can be heard. */
      const options = { fetch: oneBrowser(), retry: { min: 20, max: 1_000 } };
      const one = client(options);
      await one.isOpen();
      const other = client(options);
      const streams = [one, other].map(({ hear }) => hear("/u/a", { replay: -2 }));
      for (const number of [1, 2, 3, 4, 5]) {
        await server.publish("/u/a", number);
        for (const stream of streams) await stream.received(number);
      }
      equal(streams.map(({ data }) => data), [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]);
      equal(streams.map(({ gaps }) => gaps), [[], []]);
      ok([one, other].some(({ client }) => client.stats().sessions > 1), "they took turns");
    },
  },
  {
    name: "close says farewell to the server, and nothing happens after it",
    async run({ open, server, equal, until, pause }) {
      const { client, stream, states, errors } = await open("/u/a");
      await client.close();
      await until("the session to end", async () => (await server.look()).sessions.length === 0);
      equal([client.state, stream.stream.state, states.at(-1), errors], ["closed", "closed", "closed", []]);
      const error = await client.publish("/u/a", 1).catch((error) => error);
      equal([error?.code, error?.culprit], ["closed", "misuse"]);
      const count = (await server.look()).requests.length;
      await server.publish("/u/a", 1);
      await pause(150);
      equal([stream.data, (await server.look()).requests.length], [[], count]);
    },
  },
];

/** A session that is over without an outage. */
function ended({ how, verb, ...where }) {
  return {
    name: `a session that ${how} is made anew`,
    ...where,
    doubles: true,
    async run(its) {
      const one = await its.open("/u/a");
      await its.server.publish("/u/a", 1);
      await one.stream.received(1);
      await one.stream.isHeard();
      await its.server[verb]();
      await goesOn(one, its);
    },
  };
}

/** Clients that have nothing to do with each other. */
function several({ servers, why, needs }) {
  return {
    name: `several clients have a session each, and hear everything${needs ? ", by cookies of their own" : ""}`,
    servers,
    why,
    needs,
    async run({ client, server, equal }) {
      const clients = [client(), client(), client()];
      const streams = clients.map(({ hear }) => hear("/u/a"));
      for (const { isHeard } of streams) await isHeard(3);
      for (const number of [1, 2, 3]) await server.publish("/u/a", number);
      for (const stream of streams) await stream.received(3);
      equal(streams.map(({ data }) => data), [[1, 2, 3], [1, 2, 3], [1, 2, 3]]);
      equal(clients.map(({ client }) => client.stats().sessions), [1, 1, 1]);
    },
  };
}
