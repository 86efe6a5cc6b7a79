// Our client of Salesforce, under the face of `peers.mjs`.

import { oauth, salesforce } from "brookmark/connectors";

/** Milliseconds in the place of minutes: it is for those who look on. */
const BUSY_WAIT = 1_000;

export async function ours() {
  return {
    name: "brookmark",
    async start(emulator, { channels, replay }) {
      const session = { heard: [], subscribed: [], told: [], hasStopped: false };
      const told = (error) => session.told.push(`${error.code}: ${error.message}`);
      const client = salesforce({
        auth: oauth.password({
          clientId: "client-id",
          clientSecret: "client-secret",
          username: "ada@example.com",
          password: "password",
          securityToken: "token",
          loginUrl: emulator.loginUrl,
        }),
        replay,
        busyWait: BUSY_WAIT,
        onError: told,
        onClose: (error) => (session.hasStopped ||= error !== null),
      });
      for (const channel of channels) {
        const stream = client.subscribe(channel, {
          onEvent: ({ data }) => void session.heard.push({ channel, data }),
          onGap: (gap) => (session.told.push(`gap: ${gap.reason}`), "earliest"),
          onState: (state) => state === "open" && session.subscribed.push(channel),
        });
        stream.closed.catch(() => (session.hasStopped = true));
      }
      return Object.assign(session, {
        publish: (channel, data) => client.publish(channel, data).catch(told),
        close: () => client.close(),
      });
    },
    async end() {},
  };
}
