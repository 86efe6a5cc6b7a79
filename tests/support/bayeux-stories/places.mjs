// Nothing is lost: by places in channels that a server can replay, and by acknowledgements.

const REPLAYS = "the others cannot send again what they have sent";

/** A store that every runtime has. */
function memory() {
  const items = new Map();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

export const places = [
  {
    name: "what gets lost on its way comes again where the server has acknowledgements",
    servers: ["cometd"],
    why: "the others have no acknowledgements",
    doubles: true,
    async run({ client, server, equal, until, pause }) {
      const { client: own, hear } = client({ ack: true });
      const stream = hear("/u/a");
      await stream.isHeard();
      await server.publish("/u/a", 1);
      await stream.received(1);
      await server.lose();
      await server.publish("/u/a", 2);
      await until("the loss", async () => (await server.look()).lost === 1);
      await server.publish("/u/a", 3);
      await stream.received(3);
      await pause(150);
      equal([stream.data, stream.errors, own.stats().sessions], [[1, 2, 3], [], 1]);
    },
  },
  {
    name: "what gets lost on its way comes again from a place in the channel, each event once",
    servers: ["salesforce"],
    why: REPLAYS,
    doubles: true,
    async run({ open, server, equal }) {
      const { stream } = await open("/u/a", { replay: -1 });
      await server.publish("/u/a", 1);
      await stream.received(1);
      await stream.isHeard();
      await server.lose();
      for (const number of [2, 3]) await server.publish("/u/a", number);
      await stream.received(3);
      await server.publish("/u/a", 4);
      await stream.received(4);
      equal([stream.data, stream.errors, stream.gaps], [[1, 2, 3, 4], [], []]);
    },
  },
  ...["stop", "expire", "forget"].map((verb) => ({
    name: `a session that is lost (${verb}) loses and repeats nothing that has a place`,
    servers: ["salesforce"],
    why: REPLAYS,
    doubles: true,
    async run({ open, server, equal }) {
      const { client, stream } = await open("/u/a", { replay: -1 });
      await server.publish("/u/a", 1);
      await stream.received(1);
      await stream.isHeard();
      await server[verb]();
      await server.publish("/u/a", 2);
      if (verb === "stop") await server.start();
      await stream.received(2);
      await server.publish("/u/a", 3);
      await stream.received(3);
      equal([stream.data, stream.errors, stream.gaps], [[1, 2, 3], [], []]);
      equal(client.stats().sessions, 2);
    },
  })),
  {
    name: "a bookmark goes on behind the last event handled, in another client",
    servers: ["salesforce"],
    why: REPLAYS,
    async run({ open, server, equal, until }) {
      const store = memory();
      const hang = new Promise(() => {});
      const options = { bookmark: "deals", store };
      const { client, stream } = await open("/u/a", { ...options, onEvent: ({ data }) => (data.payload === 3 ? hang : undefined) });
      const ids = [];
      for (const number of [1, 2, 3]) ids.push(await server.publish("/u/a", number));
      await until("the bookmark", () => stream.stream.position === ids[1]);
      await client.close();
      await server.publish("/u/a", 4);
      const { stream: again } = await open("/u/a", options);
      await again.received(2);
      equal([again.data, again.gaps], [[3, 4], []]);
      const asked = await server.sent("/meta/subscribe");
      equal(asked.map(({ ext }) => ext.replay), [{ "/u/a": "-1" }, { "/u/a": ids[1] }]);
    },
  },
  {
    name: "a place that the server no longer has is a gap, and what it has is heard",
    servers: ["salesforce"],
    why: REPLAYS,
    doubles: true,
    async run({ open, server, equal, until }) {
      const { client, stream } = await open("/u/a", { replay: -1 });
      await server.publish("/u/a", 1);
      await stream.received(1);
      await stream.isHeard();
      await server.stop();
      await server.forgetEvents();
      await server.publish("/u/a", 2);
      await server.start();
      await stream.received(2);
      await until("the client to be open", () => client.state === "open");
      equal([stream.data, stream.gaps], [[1, 2], ["position-expired"]]);
    },
  },
  {
    name: "a token that has ended is renewed, and nothing is lost",
    servers: ["salesforce"],
    why: "the others ask for none",
    doubles: true,
    async run({ client, server, equal }) {
      const asked = [];
      let token;
      const auth = async ({ refresh }) => {
        asked.push(refresh);
        if (refresh || !token) token = await server.login();
        return token;
      };
      const { hear } = client({ auth });
      const stream = hear("/u/a", { replay: -1 });
      await stream.isHeard();
      await server.publish("/u/a", 1);
      await stream.received(1);
      await stream.isHeard();
      await server.expireToken();
      await server.publish("/u/a", 2);
      await stream.received(2);
      equal([stream.data, stream.gaps, asked.filter(Boolean).length], [[1, 2], [], 1]);
    },
  },
];
