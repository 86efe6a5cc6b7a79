// The emulator is believed by the service's own client for Python, which knows everything but the Firehose.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { firehoseEmulator } from "brookmark/emulators/firehose";
import { startPython } from "../support/python.mjs";

const PROGRAM = fileURLToPath(new URL("../support/sell-client.py", import.meta.url));
const CONTACTS = 230;

test("basecrm makes changes, is refused, and syncs", { timeout: 60_000 }, async (t) => {
  const emulator = await firehoseEmulator({ tokens: ["t".repeat(64)] });
  t.after(() => emulator.stop());
  for (let n = 1; n <= CONTACTS; n += 1) emulator.change("contacts", { name: `Contact ${n}` });
  /* What the request behind a step meets. */
  const statuses = { unknown: 500, refused: 429 };
  const onLine = ({ step }) => {
    if (!statuses[step]) return;
    emulator.refuse({ status: statuses[step], times: 1 });
    child.stdin.write("\n");
  };
  const { child, lines, ended } = startPython(PROGRAM, [emulator.url], { onLine });
  assert.equal(await ended, "");
  const { deals, missing, blank, unknown, refused, limited, first, second, third, changes, afresh } = Object.fromEntries(
    lines.map(({ step, ...rest }) => [step, rest]),
  );
  assert.deepEqual(deals, { deal: "greater", names: ["greater"] });
  assert.deepEqual(missing, { error: "RequestError", status: 404, code: "not_found", logref: true });
  assert.deepEqual(blank, { error: "ResourceError", status: 422, code: "invalid", logref: true });
  assert.deepEqual(unknown, { error: "RequestError", status: 401, code: "unauthorized", logref: true });
  assert.deepEqual(refused, { error: "ServerError", status: 500, code: "server_error", logref: true });
  assert.deepEqual(limited, { error: "RateLimitError" });

  const contact = (id) => ["contact", "created", id];
  const contacts = Array.from({ length: CONTACTS }, (_, index) => contact(index + 1));
  assert.deepEqual(first.seen, [...contacts, ["deal", "created", 1]]);
  assert.deepEqual(second.seen, contacts.filter(([, , id]) => id % 2 === 0));
  assert.deepEqual(third.seen, []);
  assert.deepEqual(changes.seen, [["contact", "deleted", 7], ["deal", "updated", 1]]);
  assert.equal(afresh.seen, CONTACTS, "a new device gets all but what is deleted");

  const agent = emulator.requests.find(({ path }) => path === "/v2/deals").headers["user-agent"];
  assert.match(agent, /^BaseCRM\/v2 Python\//);
  const { items } = await (await fetch(`${emulator.url}/v3/deals/stream?position=tail`, { headers: { authorization: `Bearer ${"t".repeat(64)}` } })).json();
  assert.deepEqual(
    items.map(({ data, meta }) => [meta.event_type, data.name, data.value]),
    [["created", "größer", "100.50"], ["updated", "greater", "99.99"], ["created", "other", "0.00"], ["deleted", "other", "0.00"], ["updated", "greatest", "99.99"]],
  );
});
