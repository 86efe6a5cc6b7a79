/** The examples, run against servers on this machine. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { oauth, sesam } from "brookmark/connectors";
import { firehoseEmulator } from "brookmark/emulators/firehose";
import { hubspotEmulator } from "brookmark/emulators/hubspot";
import { salesforceEmulator } from "brookmark/emulators/salesforce";
import { Miniflare } from "miniflare";
import { fileStore, watch } from "../../examples/firehose.mjs";
import { answer } from "../../examples/llm.mjs";
import { follow, shelf } from "../../examples/salesforce.mjs";
import { until } from "../support/waiting.mjs";
import { workerModules } from "../support/workerd.mjs";

const LLM = fileURLToPath(new URL("../../examples/llm.mjs", import.meta.url));
const FIREHOSE = fileURLToPath(new URL("../../examples/firehose.mjs", import.meta.url));
const SALESFORCE = fileURLToPath(new URL("../../examples/salesforce.mjs", import.meta.url));
const piece = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** A model's server: `respond(response)` writes the stream; what it was asked is in `asked`. */
async function model(t, respond) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    asked.push({ method: request.method, token: request.headers.authorization, ...JSON.parse(body) });
    response.writeHead(200, { "content-type": "text/event-stream" });
    respond(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/v1/chat`, asked };
}

test("llm: the answer is printed to its end, which [DONE] says", async (t) => {
  const { url, asked } = await model(t, (response) => {
    response.write(piece("Light is ") + ": ping\n\n");
    /* Left open: the end is said, not shown. */
    response.write(`${piece("scattered ☀.")}data: [DONE]\n\n`);
  });
  const env = { ...process.env, API_KEY: "k-1" };
  const { stdout } = await promisify(execFile)(process.execPath, [LLM, url, "Why?"], { env });
  assert.equal(stdout, "Light is scattered ☀.\n");
  const messages = [{ role: "user", content: "Why?" }];
  assert.deepEqual(asked, [{ method: "POST", token: "Bearer k-1", model: "small", stream: true, messages }]);
});

test("llm: a failure within the stream is an error, and the POST is not repeated", async (t) => {
  for (const failure of ["event: error\ndata: {\"error\":{\"message\":\"overloaded\"}}\n\n", 'data: {"error":{"message":"overloaded"}}\n\n']) {
    const { url, asked } = await model(t, (response) => response.end(piece("Li") + failure));
    const pieces = [];
    const read = async () => {
      for await (const text of answer(url, "Why?")) pieces.push(text);
    };
    await assert.rejects(read(), /the model failed: overloaded/);
    assert.deepEqual([pieces, asked.length], [["Li"], 1]);
  }
});

test("llm: whoever stops reading aborts the request", async (t) => {
  let closed;
  const { url } = await model(t, (response) => {
    closed = once(response, "close");
    response.write(piece("one ") + piece("two "));
  });
  for await (const text of answer(url, "Why?")) {
    assert.equal(text, "one ");
    break;
  }
  await closed;
});

test("firehose: what changes is printed, page by page to the top, and goes on at its place", async (t) => {
  const sell = await firehoseEmulator({ scan: 10 });
  const folder = mkdtempSync(join(tmpdir(), "brookmark-example-"));
  t.after(async () => {
    await sell.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  sell.change("contacts", { name: "Ada" });
  sell.elsewhere("deals", 50);
  sell.change("deals", { name: "A deal", value: "100.00" });
  sell.change("deals", { id: 1, value: "120.00", hot: true });
  sell.fill("deals", 300);
  const place = join(folder, "place");
  const options = { token: "token", apiUrl: sell.url, start: "earliest", store: fileStore(place), every: 10 };
  const lines = [];
  const first = watch(["deals", "contacts"], (line) => lines.push(line), options);
  await until("all changes", () => lines.length === 303);
  assert.deepEqual(lines.slice(0, 3), ["deal 1 created", "deal 1 updated: value 100.00 → 120.00, hot false → true", "deal 2 created"]);
  assert.equal(lines.at(-1), "contact 1 created");
  await first.close();
  assert.match(readFileSync(place, "utf8"), /^brookmark\//);

  sell.remove("deals", 7);
  const second = watch(["deals", "contacts"], (line) => lines.push(line), options);
  t.after(() => second.close());
  await until("what changed meanwhile", () => lines.length === 304);
  assert.equal(lines.at(-1), "deal 7 deleted");
  sell.change("deals", { id: 1, value: "130.00" });
  await until("what followed", () => lines.at(-1) === "deal 1 updated: value 120.00 → 130.00");
});

test("firehose: without a token it shows itself", async (t) => {
  const program = spawn(process.execPath, [FIREHOSE], { env: { ...process.env, TOKEN: "" } });
  t.after(() => program.kill());
  const lines = [];
  for await (const line of createInterface({ input: program.stdout })) {
    lines.push(line);
    if (lines.length === 3) break;
  }
  assert.deepEqual(lines, ["deal 1 created", "deal 1 updated: value 100.00 → 110.00", "deal 1 updated: value 110.00 → 120.00"]);
});

test("salesforce: what happens is printed, each channel from its place on the shelf", async (t) => {
  const org = await salesforceEmulator();
  const folder = mkdtempSync(join(tmpdir(), "brookmark-example-"));
  t.after(async () => {
    await org.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const places = join(folder, "places.json");
  const lines = [];
  const begin = () => {
    const options = { auth: oauth.session(async () => org.login()), replay: -2, store: shelf(places) };
    return follow(["/event/Order__e", "/data/AccountChangeEvent", "/u/notes"], (line) => lines.push(line), options);
  };
  const about = { changeType: "UPDATE", entityName: "Account", recordIds: ["001"] };
  org.publish("/event/Order__e", { Number__c: 1 });
  org.publish("/data/AccountChangeEvent", { Name: "Acme" }, about);
  org.publish("/u/notes", "hello");
  const first = begin();
  await until("all events", () => lines.length === 3);
  const sorted = lines.splice(0).sort();
  assert.match(sorted[0], /^\/data\/AccountChangeEvent: UPDATE Account 001 {.*"Name":"Acme"/);
  assert.match(sorted[1], /^\/event\/Order__e: {.*"Number__c":1/);
  assert.equal(sorted[2], "/u/notes: hello");
  await first.close();
  assert.equal(Object.keys(JSON.parse(readFileSync(places, "utf8"))).filter((name) => /org \/\w+\/\w+$/.test(name)).length, 3);

  org.publish("/u/notes", "again");
  org.publish("/data/AccountChangeEvent", {}, { ...about, changeType: "GAP_UPDATE" });
  const second = begin();
  t.after(() => second.close());
  await until("what came meanwhile", () => lines.length === 2);
  assert.deepEqual(lines.sort(), ["/data/AccountChangeEvent: GAP_UPDATE Account 001, to be read anew", "/u/notes: again"]);
});

test("salesforce: without an app it shows itself", async (t) => {
  const program = spawn(process.execPath, [SALESFORCE], { env: { ...process.env, CLIENT_ID: "", PLACES: "" } });
  t.after(() => program.kill());
  for await (const line of createInterface({ input: program.stdout })) {
    assert.match(line, /^\/event\/Order__e: {.*"Number__c":1/);
    break;
  }
});

test("hubspot-to-sesam: in workerd, objects are pulled as entities, and those that change come again", async (t) => {
  const hubspot = await hubspotEmulator();
  t.after(() => hubspot.stop());
  /* Older than the minute that changes are given to settle. */
  hubspot.createMany("deals", 450, (n) => ({ dealname: `deal ${n}`, amount: n, secret: "x" }));
  hubspot.advance(120_000);
  const workerd = new Miniflare({
    modules: await workerModules(fileURLToPath(new URL("../../examples/hubspot-to-sesam.mjs", import.meta.url))),
    compatibilityDate: "2026-04-01",
    bindings: { HUBSPOT_TOKEN: "token", PULL_TOKEN: "pull", HUBSPOT_URL: hubspot.url },
  });
  t.after(() => workerd.dispose());
  const { origin } = await workerd.ready;
  assert.equal((await fetch(`${origin}/deals`)).status, 401);
  assert.equal((await fetch(`${origin}/constructor`)).status, 404);

  const seen = [];
  const stream = sesam(`${origin}/deals`, {
    auth: "pull",
    supportsSince: true,
    isChronological: true,
    updated: "text",
    limit: 200,
    every: 100,
    onEvent: ({ data }) => void seen.push(data),
  });
  t.after(() => stream.close());
  await until("all deals", () => seen.length >= 450, 20_000);
  assert.deepEqual(seen.map(({ _id }) => _id), hubspot.objects("deals").map(({ id }) => id));
  const { _updated, created, updated, ...rest } = seen[7];
  assert.deepEqual(rest, { _id: "401", dealname: "deal 7", dealstage: null, amount: "7", closedate: null });
  assert.match(`${created} ${updated}`, /^~t\d{4}-\S+Z ~t\d{4}-\S+Z$/);
  hubspot.update("deals", "951", { dealname: "new" });
  hubspot.advance(120_000);
  await until("the change", () => seen.length > 450);
  assert.deepEqual(seen.slice(450).map(({ _id, dealname }) => [_id, dealname]), [["951", "new"]]);
});
