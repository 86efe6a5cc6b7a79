// Channels and who hears them.

export const channels = [
  {
    name: "names are heard, each by its own stream and in order",
    async run({ client, server, equal }) {
      const { client: own, hear, states, errors } = client();
      const streams = ["/u/a", "/u/b", "/u/c"].map((channel) => hear(channel));
      for (const { isHeard } of streams) await isHeard();
      for (const number of [1, 2, 3, 4, 5]) await server.publish("/u/a", number);
      await server.publish("/u/b", { text: "zażółć 🐢\n" });
      await streams[0].received(5);
      await streams[1].received(1);
      equal(streams.map(({ data }) => data), [[1, 2, 3, 4, 5], [{ text: "zażółć 🐢\n" }], []]);
      equal([streams[0].channels[0], streams[1].channels], ["/u/a", ["/u/b"]]);
      equal([states, errors, own.stats().sessions], [["connecting", "open"], [], 1]);
    },
  },
  {
    name: "patterns are heard, and each event says its channel",
    servers: ["cometd", "faye", "faye-socket"],
    why: "Salesforce takes no patterns",
    async run({ client, server, equal }) {
      const { hear } = client();
      /* CometD sends a message once for each subscription that fits, so none of these overlap. */
      const streams = ["/u/eu/1", "/u/us/*", "/u/goods/**"].map((channel) => hear(channel));
      for (const { isHeard } of streams) await isHeard();
      const channels = ["/u/eu/1", "/u/eu/2", "/u/us/7", "/u/us/7/8", "/u/goods/x", "/u/goods/x/y/z"];
      for (const channel of channels) await server.publish(channel, channel);
      await streams[2].received(2);
      const want = [["/u/eu/1"], ["/u/us/7"], ["/u/goods/x", "/u/goods/x/y/z"]];
      equal(streams.map(({ data }) => data), want);
      equal(streams.map(({ channels }) => channels), want);
    },
  },
  {
    name: "a channel that is left is left at the server, and the others go on",
    async run({ client, server, equal, until }) {
      const { hear } = client();
      const [left, kept] = ["/u/a", "/u/b"].map((channel) => hear(channel));
      await left.isHeard();
      await kept.isHeard();
      await left.stream.close();
      await server.hasListeners("/u/a", 0);
      await until("one channel", async () => (await server.look()).sessions[0]?.channels.join() === "/u/b");
      await server.publish("/u/a", 1);
      await server.publish("/u/b", 2);
      await kept.received(1);
      equal([left.data, kept.data], [[], [2]]);
    },
  },
  {
    name: "several streams of one channel do not disturb each other, and one can be iterated",
    async run({ client, server, equal, until }) {
      const { client: own, hear } = client();
      const faulty = hear("/u/a", {
        onEvent() {
          throw new Error("my own fault");
        },
      });
      const calm = hear("/u/a");
      const iterated = own.subscribe("/u/a");
      const events = iterated[Symbol.asyncIterator]();
      const first = events.next();
      await calm.isHeard();
      await until("all to be open", () => faulty.stream.state === "open" && iterated.state === "open");
      for (const number of [1, 2, 3]) await server.publish("/u/a", number);
      const numberOf = ({ value: { data } }) => data.payload ?? data;
      equal([numberOf(await first), numberOf(await events.next())], [1, 2]);
      await calm.received(3);
      equal(await faulty.stream.closed.catch(({ code }) => code), "handler");
      await calm.stream.close();
      await server.publish("/u/a", 4);
      equal([numberOf(await events.next()), numberOf(await events.next())], [3, 4]);
      await events.return();
      await server.hasListeners("/u/a", 0);
      equal(calm.data, [1, 2, 3]);
    },
  },
  {
    name: "a channel that is refused ends alone, and says what the server has said",
    async run({ client, server, equal, ok }) {
      const { client: own, hear } = client();
      const stream = hear("/u/a");
      await stream.isHeard();
      const error = await hear("/closed").stream.closed.catch((error) => error);
      equal([error?.code, error?.status], ["forbidden", 403]);
      ok(JSON.parse(error.body).error.startsWith("403"), error.body);
      await server.publish("/u/a", 1);
      await stream.received(1);
      equal([own.state, own.stats().sessions], ["open", 1]);
    },
  },
  {
    name: "a handler that takes its time holds no other channel up, and loses nothing",
    async run({ client, server, equal, until }) {
      const { hear } = client();
      let release;
      const held = new Promise((resolve) => (release = resolve));
      const numbers = [];
      const slow = hear("/u/slow", {
        highWaterMark: 1,
        async onEvent({ data }) {
          await held;
          numbers.push(data.payload ?? data);
        },
      });
      const quick = hear("/u/quick");
      await slow.isHeard();
      await quick.isHeard();
      for (const number of [1, 2, 3]) {
        await server.publish("/u/slow", number);
        await server.publish("/u/quick", number);
        await quick.received(number);
        await quick.isHeard();
      }
      equal([numbers, quick.data], [[], [1, 2, 3]]);
      release();
      await until("the slow one", () => numbers.length === 3);
      equal(numbers, [1, 2, 3]);
    },
  },
];
