/** Needs no platform's types: compiled with none at all, with Node's module rules and a bundler's. */
import { bayeux, BrookmarkError, clearBookmark, createSseParser, EventSource, init, jsonStream, memoryStore, runtimeInfo, sse } from "brookmark";
import type { BayeuxClient, BayeuxMessage, ErrorCode, ExactJson, GapInfo, Json, Position, Store, Stream, StreamEvent, StreamState } from "brookmark";
import { sse as sameSse } from "brookmark/slim";
import { sse as plainSse } from "brookmark/js";
import { couchChanges, firehose, flowdock, githubEvents, hubspot, hubspotSource, oauth, pullHandler, salesforce, salesforcePayload, sesam } from "brookmark/connectors";
import type { CouchChange, FirehoseChange, FlowdockMessage, GithubEvent, HubspotObject, Login, PulledEntity, SalesforceClient, SesamEntity } from "brookmark/connectors";
import { firehoseEmulator } from "brookmark/emulators/firehose";
import { flowdockEmulator } from "brookmark/emulators/flowdock";
import type { FlowdockEmulator } from "brookmark/emulators/flowdock";
import { githubEventsEmulator } from "brookmark/emulators/github-events";
import { salesforceEmulator, salesforceErrors } from "brookmark/emulators/salesforce";
import type { SalesforceEmulator, SalesforceError } from "brookmark/emulators/salesforce";
import { hubspotEmulator } from "brookmark/emulators/hubspot";
import { sesamEmulator } from "brookmark/emulators/sesam";

const store: Store = memoryStore();
const keyValue: Store = { get: async () => "text", put: async () => {}, delete: async () => true };

const texts: Stream = sse("https://example.org/events", {
  bookmark: "deals",
  store,
  start: { position: "9007199254740993" },
  retry: { min: 10, max: 1000, attempts: 3 },
  onEvent: async (event) => {
    const data: string = event.data;
    const position: Position | null = event.position;
    return [data, position];
  },
  onGap: (gap) => (gap.reason === "position-expired" ? "latest" : "fail"),
  onError: (error: BrookmarkError) => {
    const code: ErrorCode = error.code;
    return code;
  },
});

const documents: Stream<CouchChange> = couchChanges("https://example.org/db", {
  feed: "auto",
  since: 0,
  filter: "app/important",
  onEvent: ({ id, data }) => [id, data.changes[0]?.rev, data.deleted],
});

const values: Stream<Json> = sse({ href: "https://example.org/" }, { decode: "json", store: keyValue });
const numbers = sse("https://example.org/", { decode: (text) => text.length });

const records: Stream<Json> = jsonStream("https://example.org/stream", {
  framing: "json-seq",
  position: "/id",
  resume: { query: "after" },
  bookmark: "records",
  method: "POST",
  body: "question",
  repeatable: true,
  onBadRecord: "stop",
});
const lines: Stream<string> = jsonStream("https://example.org/stream", { decode: "text", framing: "lines" });
const lengths: Stream<number> = jsonStream("https://example.org/stream", { decode: (text) => text.length });
const exact: Stream<ExactJson> = jsonStream("https://example.org/stream", { numbers: "exact" });
const exactToo: Stream<ExactJson> = sse("https://example.org/", { decode: "json", numbers: "exact" });
const named = jsonStream<{ id: number }>("https://example.org/stream", { onEvent: ({ data }) => data.id });

const client: BayeuxClient = bayeux("https://example.org/cometd", { ack: true, webSocket: false, auth: async ({ refresh }) => `${refresh}` });
const deals: Stream<Json> = client.subscribe("/topic/Deals", { bookmark: "deals", replay: -2, onEvent: ({ channel, data }) => [channel, data] });
const exactDeals: Stream<ExactJson> = client.subscribe("/event/Deal__e", { replay: "9007199254740993", numbers: "exact" });
const typedDeals = client.subscribe<{ id: number }>("/deals/*", { onEvent: ({ data }) => data.id });
client.on("/meta/*", (message: BayeuxMessage) => message.successful);
client.addExtension({ outgoing: async (message) => ({ ...message, seal: 1 }), incoming: () => null });
client.addEventListener("state", ({ detail }) => detail === "full");

export async function talk(): Promise<unknown> {
  const [one, two] = client.batch(() => [client.publish("/a", { a: 1 }), client.publish("/b", 2)]);
  const { successful } = await one;
  return [successful, await two, await client.call("sum", [1, 2], { timeout: 100 }), client.stats().sessions, deals, exactDeals, typedDeals, client.close()];
}

export async function read(): Promise<number> {
  let sum = 0;
  for await (const event of numbers) {
    const one: StreamEvent<number> = event;
    sum += one.data;
  }
  for await (const event of values) if (event.data === null) break;
  texts.addEventListener("gap", (event) => {
    const gap: GapInfo = event.detail;
    return gap.policy;
  });
  for await (const { data, record = 0, offset = 0 } of named) sum += data.id + record + offset;
  for (const stream of [records, lines, lengths, exact, exactToo]) await stream.close();
  const state: StreamState = texts.state;
  const engine: "wasm" | "js" | null = runtimeInfo().engine;
  await init();
  await clearBookmark("deals", store);
  await texts.close();
  return sum + state.length + (engine ?? "").length;
}

const source = new EventSource("https://example.org/", { bookmark: "deals", store, auth: async () => "token" });
source.onmessage = ({ data, lastEventId }) => [data, lastEventId];
source.addEventListener("error", () => source.readyState === EventSource.CLOSED && source.close());
source.addEventListener("deal", ({ origin }) => origin, { once: true });

export async function emulate(): Promise<number> {
  const flowdock: FlowdockEmulator = await flowdockEmulator({ flows: ["acme/main", { path: "acme/help", id: "deadbeef" }] });
  const { id } = flowdock.post("acme/main", { content: "hello", user: 1 });
  flowdock.cut({ after: 17 });
  await flowdock.restart();
  const sell = await firehoseEmulator({ tokens: ["a", { token: "b", scopes: ["read"] }], elsewhere: 0.5 });
  sell.change("deals", { id, value: "1.00" }, { cause: "system" });
  sell.refuse({ status: 503, path: "/v3/deals", times: 1 });
  const github = await githubEventsEmulator({ repos: ["acme/app"], limitStatus: 429 });
  github.pollInterval = 5;
  const late: string = github.publish({ type: "PushEvent", payload: { size: 1 } }, { late: 3 }).id;
  if (late === "") github.limit({ retryAfter: 60 });
  const hubspot = await hubspotEmulator({ tokens: ["a", { token: "b", kind: "oauth" }], indexDelay: () => 50, rates: { search: 5 } });
  hubspot.createMany("deals", 3, (n) => ({ amount: n, closedate: new Date() }));
  hubspot.refuse({ policy: "SECONDLY", times: 1 });
  const sesam = await sesamEmulator({ datasets: ["items", { name: "others", updated: "datetime", first: 1n }] });
  sesam.put("items", { _id: "a", at: new Date(), any: { thing: [1] } });
  sesam.breakOff({ after: 2 });
  for (const { _updated, _id } of sesam.entities("items")) if (_updated === _id) break;
  return id;
}

export async function emulateSalesforce(): Promise<readonly SalesforceError[]> {
  const channels = { "/event/Orders__chn": { members: ["/event/Order__e"] } };
  const salesforce: SalesforceEmulator = await salesforceEmulator({ speed: 100, channels, limits: { clients: 20 } });
  const replayId: string = salesforce.publish("/event/Order__e", { Number__c: 1 });
  salesforce.fail({ at: "connect", row: "unknown-client", advice: "none" });
  await salesforce.moveInstance();
  return replayId === "1" ? [] : salesforceErrors;
}

const flows: Stream<FlowdockMessage> = flowdock({ token: async () => "t", flows: ["acme/main"], bookmark: "flows" });
const sizes: Stream<number> = flowdock({ auth: "oauth", flows: ["acme/main"], decode: (text) => text.length });
const rawTexts: Stream<string> = flowdock({ token: "t", user: true, format: "event-stream", decode: "text" });
const changes: Stream<FirehoseChange> = firehose({ token: "t", resource: "deals", start: "earliest", onEvent: ({ data }) => data.meta.previous?.value });
const several: Stream<string> = firehose({ auth: async () => "t", resources: ["deals", "leads"], decode: "text", every: { min: 1, max: 2 } });
const pushes: Stream<GithubEvent> = githubEvents({ repo: "acme/app", onTop: ({ delay }) => delay });
const counted: Stream<number> = githubEvents({ token: "t", decode: (text) => text.length });
export const drained: Promise<unknown> = githubEvents().drain();
export const connected = [flows, sizes, rawTexts, changes, several, pushes, counted];

const app = { clientId: "id", clientSecret: "secret" };
export const logins: Login[] = [
  oauth.password({ ...app, username: "u", password: "p", sandbox: true }),
  oauth.refreshToken({ clientId: "id", refreshToken: "r", onRefreshToken: async (token) => void token.length }),
  oauth.clientCredentials({ ...app, domain: "acme" }),
  oauth.jwtBearer({ clientId: "id", username: "u", privateKey: "pem", audience: "https://site.example" }),
  oauth.session(async ({ refresh }) => ({ accessToken: `${refresh}`, instanceUrl: "https://acme.my.salesforce.com" })),
];
sse("https://example.org/", { auth: oauth.clientCredentials({ ...app, domain: "acme" }).auth });

export async function follow(auth: Login): Promise<string> {
  const org: SalesforceClient = salesforce({ auth, channels: ["/event/Order__e"], bookmark: "org", replay: -2, onError: ({ code }) => code });
  salesforce({ auth, version: "latest", channels: { "/data/ChangeEvents": { replay: "17", onEvent: ({ data }) => data } }, busyWait: 600_000 });
  const topic: Stream<Json> = org.subscribe("/topic/Accounts?Region__c=North");
  await topic.close();
  for await (const event of org.events()) {
    const what = salesforcePayload<{ Number__c: number }>(event);
    if (what.kind === "platform-event" && what.fields.Number__c > 1) return what.replayId;
    if (what.kind === "change" && what.isGap) return what.header.recordIds.join();
  }
  for await (const { channel, successful } of org.messages()) if (successful) return channel;
  await org.stop();
  return org.state;
}

export const same: typeof sse = sameSse;
export const plain: typeof sse = plainSse;

sse("https://example.org/", { lastEventId: { header: "Last-Event-ID", query: "last" }, position: { header: "X-Begins" } });
sse("https://example.org/", { method: "POST", body: {}, lastEventId: { body: "/after", number: true } });
sse("https://example.org/", { transport: "native", pauseWhenHidden: true, onComment: (text) => text.length });

sse("https://example.org/", { auth: async ({ refresh }) => (refresh ? "token" : null), headers: new Map([["x-a", "b"]]).entries() });

const parser = createSseParser({ onEvent: ({ type, data, id }) => [type, data, id] });
for (const chunk of ["data: 1", new Uint8Array(1), new ArrayBuffer(1), new DataView(new ArrayBuffer(1))]) parser.feed(chunk);

// @ts-expect-error a parser takes bytes or text
parser.feed(5);
// @ts-expect-error positions are text
sse("https://example.org/", { start: { position: 5 } });
// @ts-expect-error streaming JSON has no types of events
jsonStream("https://example.org/", { events: ["deal"] });
// @ts-expect-error there is no such framing
jsonStream("https://example.org/", { framing: "crlf" });
// @ts-expect-error a place in the body is a JSON Pointer
sse("https://example.org/", { lastEventId: { body: ["after"] } });
// @ts-expect-error the option is called bookmark
sse("https://example.org/", { bookmarks: "deals" });
// @ts-expect-error what the wasm is loaded from is no text
init("brookmark.wasm");
// @ts-expect-error a login is no token
salesforce({ auth: "token" });
// @ts-expect-error a name is wanted
oauth.password({ ...app, password: "p" });
// @ts-expect-error a flow is named
flowdockEmulator().then((flowdock) => flowdock.post("hello"));
// @ts-expect-error where the position is, is not the application's business
firehose({ token: "t", resource: "deals", position: { body: "/meta/position" } });
// @ts-expect-error there are 22 resources, and this is none
firehoseEmulator().then((sell) => sell.change("cars", {}));
// @ts-expect-error an id is a text
githubEventsEmulator().then((github) => github.publish().id + 1 > 0);
// @ts-expect-error there is no such error
salesforceEmulator().then((salesforce) => salesforce.fail({ at: "connect", row: "unknown" }));
async function* entities(since: string | null, { limit }: { limit: number | null }): AsyncGenerator<PulledEntity> {
  yield { _id: "a", _updated: 1n, since, limit };
}
export const entitiesOf: Stream<SesamEntity> = sesam("https://example.org/api", { auth: "t", supportsSince: true, isChronological: true, limit: 10 });
export const crmDeals: Stream<HubspotObject> = hubspot({ token: async () => "t", object: "deals", properties: ["amount"], every: { min: 5 } });
export const dealTexts: Stream<string> = hubspot({ token: "t", object: "deals", by: "list", decode: "text" });
export const served = [
  pullHandler(hubspotSource({ token: "t", object: "deals" }), { entity: ({ id, data }) => ({ _id: id, ...data.properties }) }),
  pullHandler(entities, { token: "secret", cap: 100 }),
  pullHandler((since) => sse("https://example.org/", since === null ? {} : { start: { position: since } }), {
    entity: ({ id, data }) => ({ _id: id ?? "", text: data.length }),
  }),
];

// @ts-expect-error how entities are sorted is not asked
sesam("https://example.org/api", { order: "unordered" });
// @ts-expect-error an object has a type
hubspot({ token: "t" });
// @ts-expect-error what is pulled has an id
pullHandler(entities, { entity: () => ({ name: "a" }) });
// @ts-expect-error an entity has an id
sesamEmulator().then((sesam) => sesam.put("items", { name: "a" }));
// @ts-expect-error a limit has a name
hubspotEmulator().then((hubspot) => hubspot.refuse({ policy: "MINUTELY" }));
// @ts-expect-error the position of a connector is its own business
flowdock({ token: "t", flows: ["acme/main"], position: "/id" });
