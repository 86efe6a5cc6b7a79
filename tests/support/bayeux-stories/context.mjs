// What a story gets: clients with a notebook, the server's side, and what compares and waits.

import { equal, ok, pause, until } from "../anywhere.mjs";

export function contextOf({ bayeux, webSocket }, server) {
  const clients = [];
  const its = {
    equal,
    ok,
    pause,
    until,
    url: server.url,
    server: sideOf(server),
    /** A client that writes down what it is told. */
    client(options) {
      const states = [];
      const errors = [];
      const client = bayeux(server.url, {
        credentials: "include",
        webSocket: server.name === "faye-socket" && webSocket,
        retry: { min: 20, max: 200 },
        ...server.options,
        onState: (state) => void states.push(state),
        onError: ({ code }) => void errors.push(code),
        ...options,
      });
      clients.push(client);
      return {
        client,
        states,
        errors,
        hear: (channel, options) => notebook(client, channel, options, its),
        isOpen: () => until("the client to be open", () => client.state === "open"),
      };
    },
    /** A client of its own for one channel, as most stories want it. */
    async open(channel, options) {
      const one = its.client();
      const stream = one.hear(channel, options);
      await stream.isHeard();
      return { ...one, stream };
    },
    /** Closes whatever the story has left open. */
    end: () => Promise.all(clients.map((client) => client.close())),
  };
  return its;
}

/** The server's side, by the verbs that it has. */
function sideOf({ control, verbs, name, keepsSessions }) {
  const ask = async (verb, args) => {
    const response = await fetch(`${control}/${verb}`, { method: "POST", body: JSON.stringify(args) });
    if (!response.ok) throw new Error(`${verb}: ${await response.text()}`);
    return response.json();
  };
  const asking = verbs.map((verb) => [verb, (...args) => ask(verb, args)]);
  const server = { name, keepsSessions, ...Object.fromEntries(asking) };
  return {
    ...server,
    /** Waits until so many sessions have the channel and a connect that is held: what is published now is heard. */
    hasListeners: (channel, count) =>
      until(`${count} listeners to ${channel}`, async () => {
        const { sessions } = await server.look();
        return sessions.filter(({ channels, isHeld }) => isHeld && channels.includes(channel)).length === count;
      }),
    /** All messages on a channel that clients have sent. */
    sent: async (channel) => (await server.look()).requests.flat().filter((message) => message.channel === channel),
  };
}

/** What one stream is told. Salesforce wraps what was published. */
function notebook(client, channel, options, { server, until }) {
  const seen = { data: [], channels: [], errors: [], gaps: [], states: [] };
  const stream = client.subscribe(channel, {
    onEvent(event) {
      seen.data.push(event.data?.payload ?? event.data);
      seen.channels.push(event.channel);
    },
    onError: ({ code }) => void seen.errors.push(code),
    onGap: ({ reason }) => void seen.gaps.push(reason),
    onState: (state) => void seen.states.push(state),
    ...options,
  });
  return Object.assign(seen, {
    stream,
    isHeard: async (count = 1) => {
      await until(`${channel} to be open`, () => stream.state === "open", 10_000, () => `, had ${JSON.stringify(seen)}`);
      await server.hasListeners(channel, count);
    },
    received: (count) => until(`${count} events`, () => seen.data.length >= count, 10_000, () => `, had ${JSON.stringify(seen)}`),
  });
}
