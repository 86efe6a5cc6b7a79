// What a client says: publications, batches, calls; and what can be done about messages on their way.

export const messages = [
  {
    name: "a publication is answered, and heard by another client",
    servers: ["cometd", "faye", "faye-socket"],
    why: "Salesforce takes no events here",
    async run({ client, open, equal }) {
      const { stream } = await open("/u/a");
      const { client: own } = client();
      const { successful, channel } = await own.publish("/u/a", { text: "zażółć 🐢\n" });
      equal({ successful, channel }, { successful: true, channel: "/u/a" });
      await stream.received(1);
      equal(stream.data, [{ text: "zażółć 🐢\n" }]);
      equal(own.stats().published, 1);
    },
  },
  {
    name: "a publication that is refused says why, and the session goes on",
    async run({ client, equal, ok }) {
      const { client: own, isOpen } = client();
      await isOpen();
      const error = await own.publish("/closed", 1).catch((error) => error);
      equal([error?.code, error?.status, error?.culprit], ["forbidden", 403, "auth"]);
      ok(JSON.parse(error.body).error.startsWith("403"), error.body);
      equal([own.state, own.stats().sessions], ["open", 1]);
    },
  },
  {
    name: "what is published in a batch is one request, and arrives in order",
    servers: ["cometd", "faye", "faye-socket"],
    why: "Salesforce takes no events here",
    async run({ client, open, server, equal }) {
      const { stream } = await open("/u/a");
      const { client: own, isOpen } = client();
      await isOpen();
      await Promise.all(own.batch(() => [1, 2, 3].map((number) => own.publish("/u/a", number))));
      await stream.received(3);
      equal(stream.data, [1, 2, 3]);
      const { requests } = await server.look();
      const sent = requests.map((list) => list.filter(({ channel }) => channel === "/u/a").map(({ data }) => data));
      equal(sent.filter(({ length }) => length > 0), [[1, 2, 3]]);
    },
  },
  {
    name: "channels that are wanted before there is a session are asked for in one request",
    async run({ client, server, equal }) {
      const { hear } = client();
      const streams = ["/u/a", "/u/b", "/u/c"].map((channel) => hear(channel));
      for (const { isHeard } of streams) await isHeard();
      const { requests } = await server.look();
      const asked = requests.filter((list) => list.some(({ channel }) => channel === "/meta/subscribe"));
      equal(asked.map((list) => list.flatMap(({ subscription }) => subscription ?? [])), [["/u/a", "/u/b", "/u/c"]]);
    },
  },
  {
    name: "what is published before there is a session waits for it",
    servers: ["cometd", "faye", "faye-socket"],
    why: "Salesforce takes no events here",
    async run({ client, open, equal }) {
      const { stream } = await open("/u/a");
      const { client: own } = client();
      equal(own.state, "idle");
      const replies = await Promise.all([1, 2].map((number) => own.publish("/u/a", number)));
      equal(replies.map(({ successful }) => successful), [true, true]);
      await stream.received(2);
      equal(stream.data, [1, 2]);
    },
  },
  {
    name: "a call is answered by a service, or is over in time",
    servers: ["cometd"],
    why: "the others have no services",
    async run({ client, equal }) {
      const { client: own } = client();
      equal(await own.call("sum", [1, 2, 3]), 6);
      const error = await own.call("nobody", 1, { timeout: 50 }).catch((error) => error);
      equal([error?.code, error?.culprit], ["answer-timeout", "transport"]);
    },
  },
  {
    name: "messages of the protocol are shown, and extensions change what goes out and comes in",
    async run({ client, server, equal, ok }) {
      const { client: own, hear } = client({ timestamp: true });
      const shown = [];
      own.on("/meta/*", ({ channel }) => shown.push(channel));
      own.addExtension({
        async outgoing(message) {
          await null;
          message.ext = { ...message.ext, seal: "ours" };
        },
        async incoming(message) {
          await null;
          const { data } = message;
          const event = data?.payload ?? data;
          if (event === "secret") return null;
          if (event?.big) event.added = true;
        },
      });
      const stream = hear("/u/a");
      await stream.isHeard();
      await server.publish("/u/a", "secret");
      await server.publish("/u/a", { big: 1 });
      await stream.received(1);
      equal(stream.data, [{ big: 1, added: true }]);
      equal([...new Set(shown)].sort(), ["/meta/connect", "/meta/handshake", "/meta/subscribe"]);
      const { requests } = await server.look();
      ok(requests.length > 2, "the server was asked");
      ok(requests.flat().every(({ ext, timestamp }) => ext.seal === "ours" && timestamp.endsWith("GMT")), JSON.stringify(requests));
    },
  },
];
