// What comes over a socket instead of by long polling.

const SOCKETS = { servers: ["faye-socket"], why: "the others have long polling alone" };

export const sockets = [
  {
    ...SOCKETS,
    name: "a socket carries events and publications, and no more than one is opened",
    async run({ open, server, equal, until }) {
      const { client, stream } = await open("/u/a");
      await until("the socket", async () => (await server.look()).sockets === 1);
      for (const number of [1, 2, 3]) await client.publish("/u/a", number);
      await server.publish("/u/a", 4);
      await stream.received(4);
      equal(stream.data, [1, 2, 3, 4]);
      const { sockets, byRequest } = await server.look();
      equal([sockets, byRequest.filter((channel) => channel === "/u/a")], [1, []]);
    },
  },
  {
    ...SOCKETS,
    name: "a socket that breaks is replaced by long polling, within the same session",
    doubles: true,
    async run({ open, server, equal, until }) {
      const { client, stream, errors } = await open("/u/a");
      await until("the socket", async () => (await server.look()).sockets === 1);
      await client.publish("/u/a", 1);
      await stream.received(1);
      await server.cutSockets();
      await until("the client to notice", () => errors.length > 0);
      await until("long polling", async () => client.state === "open" && (await server.look()).byRequest.includes("/meta/connect"));
      await client.publish("/u/a", 2);
      await stream.received(2);
      equal([stream.data, errors, client.stats().sessions], [[1, 2], ["network"], 1]);
      equal((await server.look()).byRequest.filter((channel) => channel === "/u/a"), ["/u/a"]);
    },
  },
  {
    ...SOCKETS,
    name: "where no socket can be had, long polling serves, and nobody hears of it",
    async run({ open, server, equal }) {
      await server.refuseSockets();
      const { client, stream, errors } = await open("/u/a");
      await client.publish("/u/a", 1);
      await server.publish("/u/a", 2);
      await stream.received(2);
      const { sockets, byRequest } = await server.look();
      equal([stream.data, errors, sockets], [[1, 2], [], 0]);
      equal(byRequest.filter((channel) => channel === "/u/a"), ["/u/a"]);
    },
  },
];
