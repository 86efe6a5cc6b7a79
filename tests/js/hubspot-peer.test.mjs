// The emulator is believed by the service's own client for Node.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";
import { hubspotEmulator } from "brookmark/emulators/hubspot";

const { Client } = createRequire(new URL("../peers/", import.meta.url))("@hubspot/api-client");

/** The client, with an emulator in the place of the service. */
async function clientOf(t, { retries = 0, ...options } = {}) {
  const emulator = await hubspotEmulator(options);
  t.after(() => emulator.stop());
  const client = new Client({ accessToken: "token", basePath: emulator.url, numberOfApiCallRetries: retries });
  return { emulator, crm: client.crm };
}

test("the client lists page by page, and all there is", async (t) => {
  const { emulator, crm } = await clientOf(t);
  emulator.createMany("contacts", 230, (n) => ({ email: `${n}@example.com` }));
  const page = await crm.contacts.basicApi.getPage(3, "101", ["email"]);
  assert.deepEqual(page.results.map(({ id, properties }) => [id, properties.email]), [["151", "2@example.com"], ["201", "3@example.com"], ["251", "4@example.com"]]);
  assert.equal(page.paging.next.after, "251");
  const all = await crm.contacts.getAll();
  assert.deepEqual(all.map(({ id }) => id), emulator.objects("contacts").map(({ id }) => id));
  assert.ok(all[0].updatedAt instanceof Date);
});

test("the client searches by time of change, keyed by id", async (t) => {
  const { emulator, crm } = await clientOf(t, { rates: { search: Infinity } });
  emulator.createMany("deals", 450);
  const since = String(emulator.now - 60_000);
  const found = [];
  for (let last = "0", more = true; more; ) {
    const { results } = await crm.deals.searchApi.doSearch({
      filterGroups: [
        {
          filters: [
            { propertyName: "hs_lastmodifieddate", operator: "GTE", value: since },
            { propertyName: "hs_object_id", operator: "GT", value: last },
          ],
        },
      ],
      sorts: ["hs_object_id"],
      limit: 200,
    });
    found.push(...results.map(({ id }) => id));
    more = results.length > 0;
    last = results.at(-1)?.id;
  }
  assert.deepEqual(found, emulator.objects("deals").map(({ id }) => id));
});

test("the client creates, reads, changes and archives", async (t) => {
  const { emulator, crm } = await clientOf(t);
  const { id } = await crm.companies.basicApi.create({ properties: { name: "Acme" }, associations: [] });
  await crm.companies.basicApi.update(id, { properties: { domain: "acme.example" } });
  const { properties } = await crm.companies.basicApi.getById(id, ["name", "domain"]);
  assert.deepEqual([properties.name, properties.domain], ["Acme", "acme.example"]);
  await crm.companies.basicApi.archive(id);
  assert.equal((await crm.companies.basicApi.getPage(10, undefined, undefined, undefined, undefined, true)).results[0].id, id);
  assert.equal(emulator.objects("companies")[0].archived, true);
});

test("the client knows a refusal by the limit for a second, and comes again", async (t) => {
  const { emulator, crm } = await clientOf(t, { retries: 2 });
  emulator.refuse({ policy: "SECONDLY", times: 1 });
  const { total } = await crm.tickets.searchApi.doSearch({ filterGroups: [], sorts: [], limit: 10 });
  const [refused, answered] = emulator.requests;
  assert.deepEqual([total, refused.status, answered.status], [0, 429, 200]);
  assert.ok(answered.at - refused.at > 900, "a second later");
});

test("the client is told what was wrong", async (t) => {
  const { crm } = await clientOf(t);
  await assert.rejects(crm.deals.basicApi.getPage(101), ({ code, body }) => code === 400 && body.category === "VALIDATION_ERROR");
  await assert.rejects(crm.deals.basicApi.getById("9"), ({ code, body }) => code === 404 && body.category === "OBJECT_NOT_FOUND");
});
