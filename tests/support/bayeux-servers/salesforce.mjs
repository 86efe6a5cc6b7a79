// Our emulator of Salesforce Streaming, as the stories want it.

import { salesforceEmulator } from "brookmark/emulators/salesforce";

export async function salesforce(t) {
  const emulator = await salesforceEmulator({ allowPages: true });
  t.after(() => emulator.stop());
  const { accessToken, instanceUrl } = emulator.login();
  const { hostname, port } = new URL(instanceUrl);
  /* The same site as the others, for pages. */
  const origin = `http://${hostname.replace("localhost", "127.0.0.1")}:${port}`;
  const isDouble = ({ status, messages = [] }) => status === 500 && messages.some(({ channel }) => channel === "/meta/connect");
  return {
    url: `${origin}/cometd/60.0`,
    options: { auth: accessToken },
    keepsSessions: true,
    verbs: {
      look: () => ({
        requests: emulator.requests.flatMap(({ messages }) => (messages ? [messages] : [])),
        doubles: emulator.requests.filter(isDouble).length,
        sessions: emulator.sessions.map(({ channels, isHeld }) => ({ channels, isHeld })),
      }),
      publish: (channel, data) => emulator.publish(channel, data),
      stop: () => emulator.stop(),
      start: () => emulator.start(),
      /** Longer away than the 40 seconds that a client has. */
      expire() {
        emulator.fail({ at: "any", row: "unavailable", times: Infinity });
        emulator.cut();
        emulator.advance(41_000);
        if (emulator.sessions.length > 0) throw new Error("a session has not expired");
        emulator.accept();
      },
      forget: () => emulator.moveSession({ advice: "none", disconnect: true }),
      lose: () => emulator.cut({ at: "connect", after: 100 }),
      login: () => emulator.login().accessToken,
      expireToken: () => emulator.expireToken(),
      forgetEvents: () => emulator.expireReplay(),
    },
  };
}
