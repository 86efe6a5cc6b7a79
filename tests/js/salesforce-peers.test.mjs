// The emulator of Salesforce is believed by clients of other people: each shakes hands, subscribes with a replay id, and receives
// the same events.

import assert from "node:assert/strict";
import test, { after } from "node:test";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { matrix } from "../bayeux/matrix.mjs";
import { aiosfstream, cometd, jsforce } from "../bayeux/peers.mjs";
import { ROWS } from "../bayeux/rows.mjs";
import { until } from "../support/waiting.mjs";

const CHANNELS = {
  "/topic/Accounts": (n) => ({ Id: "001000000000001AAA", Name: `number ${n}, größer` }),
  "/u/notes": (n) => `number ${n}, größer`,
  "/event/Order__e": (n) => ({ Number__c: n, Note__c: "größer" }),
  "/data/AccountChangeEvent": (n) => ({ Name: `number ${n}, größer` }),
};

for (const load of [jsforce, cometd, aiosfstream]) {
  const peer = await load();
  after(() => peer.end());

  /** Starts the client, which ends with the test `t`; `hears` waits for so many events. */
  const begin = async (t, emulator, options) => {
    const client = await peer.start(emulator, options);
    t.after(async () => {
      await client.close();
      await emulator.stop();
    });
    const hears = (count) => until(`event ${count}`, () => client.heard.length >= count, 8_000, () => JSON.stringify(client));
    return { client, hears };
  };

  for (const [channel, data] of Object.entries(CHANNELS)) {
    test(`${peer.name}: ${channel} from a replay id on`, async (t) => {
      const emulator = await salesforceEmulator();
      const sent = [1, 2, 3].map((n) => emulator.publish(channel, data(n)));
      const { client, hears } = await begin(t, emulator, { channels: [channel], replay: Number(sent[0]) });
      await hears(2);
      sent.push(emulator.publish(channel, data(4)));
      await hears(3);
      assert.deepEqual(client.heard.map((event) => event.channel), [channel, channel, channel]);
      assert.deepEqual(client.heard.map((event) => String(event.data.event.replayId)), sent.slice(1));
      const content = ({ sobject, payload }) => sobject ?? payload;
      const expected = [2, 3, 4].map(data);
      for (const [index, event] of client.heard.entries()) {
        const found = content(event.data);
        if (typeof found === "string") assert.equal(found, expected[index]);
        else assert.deepEqual({ ...found, ...expected[index] }, found);
      }
      assert.deepEqual(client.told, []);
    });
  }

  test(`${peer.name}: everything that is kept, then what is new, on a channel of all changes`, async (t) => {
    const emulator = await salesforceEmulator();
    for (let n = 0; n < 3; n += 1) emulator.publish("/data/AccountChangeEvent", { Name: String(n) });
    emulator.publish("/data/Employee__ChangeEvent", { Name: "3" }, { changeType: "UPDATE" });
    const { client, hears } = await begin(t, emulator, { channels: ["/data/ChangeEvents"], replay: -2 });
    await hears(4);
    emulator.publish("/data/AccountChangeEvent", { Name: "4" });
    await hears(5);
    assert.deepEqual(client.heard.map(({ data }) => data.payload.Name), ["0", "1", "2", "3", "4"]);
    assert.equal(client.heard[3].data.payload.ChangeEventHeader.entityName, "Employee__c");
  });

  test(`${peer.name}: holds its connects, and comes back after each`, async (t) => {
    const emulator = await salesforceEmulator();
    const { client, hears } = await begin(t, emulator, { channels: ["/event/Order__e"], replay: -1 });
    const connects = () => emulator.requests.filter(({ messages }) => messages?.[0].channel === "/meta/connect").length;
    await until("the subscription", () => client.subscribed.length === 1);
    for (let round = 0; round < 10; round += 1) {
      await until("a held connect", () => emulator.sessions[0]?.isHeld);
      const before = connects();
      emulator.advance(110_000);
      await until("the next connect", () => connects() > before);
    }
    emulator.publish("/event/Order__e", {});
    await hears(1);
  });

  test(`${peer.name}: a new handshake after 403::Unknown client, with the subscription`, async (t) => {
    const emulator = await salesforceEmulator();
    emulator.publish("/event/Order__e", { n: 1 });
    const { client, hears } = await begin(t, emulator, { channels: ["/event/Order__e"], replay: -2 });
    await hears(1);
    await until("the held connect", () => emulator.sessions[0]?.isHeld);
    const [{ clientId }] = emulator.sessions;
    emulator.moveSession();
    await until("another session", () => emulator.sessions.some((session) => session.clientId !== clientId));
    /* CometD's client shakes hands again and leaves it to the application to subscribe. */
    if (peer.name === "cometd") return;
    await until("its subscription", () => emulator.sessions[0].channels.length === 1);
    emulator.publish("/event/Order__e", { n: 2 });
    await hears(2);
    assert.deepEqual(client.heard.map(({ data }) => data.payload.n), [1, 2]);
  });
}

test("the matrix of errors tells how a client of other people fares", async (t) => {
  const rows = ROWS.filter(({ row }) => ["unknown-client", "unknown-client-none", "replay-invalid", "restricted-channel"].includes(row));
  const outcomesOf = async (load) => {
    const peer = await load();
    t.after(() => peer.end());
    const results = await matrix(peer, ["connect", "subscribe", "resubscribe"], { rows, patience: 4_000 });
    return results.filter(({ isDocumented }) => isDocumented).map(({ row, place, outcome }) => `${row} at ${place}: ${outcome}`);
  };
  assert.deepEqual(await outcomesOf(jsforce), [
    "unknown-client at connect: recovered",
    "unknown-client at subscribe: told",
    "unknown-client at resubscribe: recovered",
    "unknown-client-none at connect: stopped",
    "unknown-client-none at subscribe: stopped",
    "unknown-client-none at resubscribe: stopped",
    "replay-invalid at subscribe: told",
    "replay-invalid at resubscribe: silent",
    "restricted-channel at subscribe: told",
    "restricted-channel at resubscribe: silent",
  ]);
  assert.deepEqual(await outcomesOf(aiosfstream), [
    "unknown-client at connect: recovered",
    "unknown-client at subscribe: told",
    "unknown-client at resubscribe: silent",
    "unknown-client-none at connect: stopped",
    "unknown-client-none at subscribe: stopped",
    "unknown-client-none at resubscribe: stopped",
    "replay-invalid at subscribe: recovered",
    "replay-invalid at resubscribe: silent",
    "restricted-channel at subscribe: told",
    "restricted-channel at resubscribe: silent",
  ]);
});
