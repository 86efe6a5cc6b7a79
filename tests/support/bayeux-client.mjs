// A client of Bayeux by hand: says what it is told to, and shows what comes.

/** A client of the emulator with a token and a jar of cookies. `post` gives an answer's messages. */
export function clientOf({ instanceUrl, accessToken }, version = "60.0") {
  const jar = new Map();
  const client = {
    jar,
    accessToken,
    clientId: undefined,
    /** The response to a body, whatever it is. */
    async send(body, headers = {}) {
      const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
      const authorization = client.accessToken === undefined ? {} : { authorization: `Bearer ${client.accessToken}` };
      const response = await fetch(`${instanceUrl}/cometd${version && `/${version}`}`, {
        method: "POST",
        headers: { "content-type": "application/json", cookie, ...authorization, ...headers },
        body,
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        jar.set(name, value);
      }
      return response;
    },
    async post(...messages) {
      const response = await client.send(JSON.stringify(messages));
      return response.json();
    },
    async handshake(more = {}) {
      const [reply] = await client.post({ channel: "/meta/handshake", id: "1", version: "1.0", supportedConnectionTypes: ["long-polling"], ...more });
      client.clientId = reply.clientId;
      return reply;
    },
    /** One that is not held, if it is the first; gives all messages of the answer. */
    connect: (more = {}) => client.post({ channel: "/meta/connect", id: "2", clientId: client.clientId, connectionType: "long-polling", ...more }),
    async subscribe(subscription, replay, more = {}) {
      const ext = replay === undefined ? {} : { ext: { replay: { [subscription]: replay } } };
      const [reply] = await client.post({ channel: "/meta/subscribe", id: "3", clientId: client.clientId, subscription, ...ext, ...more });
      return reply;
    },
    /** A session with its first connect behind it, and a subscription. */
    async open(channel, replay = -1) {
      await client.handshake();
      await client.connect();
      return client.subscribe(channel, replay);
    },
    /** The events of one connect that is not held. */
    async events() {
      const messages = await client.connect({ advice: { timeout: 0 } });
      return messages.filter(({ data }) => data !== undefined);
    },
  };
  return client;
}
