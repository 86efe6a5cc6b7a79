/** Connectors: sources that need more than an address. */
import type {
  AbortSignalLike,
  AttemptInfo,
  BayeuxEventMap,
  BayeuxMessage,
  BayeuxOptions,
  BayeuxState,
  BayeuxStats,
  BrookmarkError,
  ChannelOptions,
  ExactJson,
  Json,
  ListenerOptions,
  PollOptions,
  PollStream,
  Position,
  RetryInfo,
  Stream,
  StreamEvent,
  StreamOptions,
} from "brookmark";

/** A message of a flow or of a private conversation. More fields come with some events. */
export interface FlowdockMessage {
  /** Grows within its flow; other flows use the same numbers. */
  readonly id: number;
  /** `"message"`, `"comment"`, `"file"`, `"status"`, `"activity.user"` or another; there are undocumented ones. */
  readonly event: string;
  /** What it is depends on the event. */
  readonly content: Json;
  readonly tags: readonly string[];
  /** Id of the flow. Private messages have none. */
  readonly flow?: string;
  /** Id of the user to whom a private message goes. */
  readonly to?: string;
  /** Id of the user who sent it. */
  readonly user: string;
  readonly uuid: string | null;
  /** Milliseconds since 1970. */
  readonly sent: number;
  readonly [more: string]: Json | readonly string[] | undefined;
}

export interface FlowdockOptions<Data = FlowdockMessage> extends StreamOptions<Data> {
  /**
   * A personal API token, or a function that provides it; called again after a 401. For an OAuth token,
   * use `auth` instead.
   */
  token?: string | ((info: AttemptInfo) => string | PromiseLike<string>);
  /** Where the token goes: into a header (default), or into the address, as `access_token`. */
  tokenIn?: "header" | "query";
  /** The flows: `"organization/flow"`, or ids. */
  flows?: readonly string[];
  /**
   * `"json"` (default): each flow has its own position. After a cut, what was posted meanwhile is listed by the
   * REST API, then the stream goes on. A flow that is added later begins as `start` says.
   * `"event-stream"`: the service itself resumes, by the id of the last message; there is no `start: "earliest"`, and
   * a page of another origin cannot resume, since CORS does not let its `Last-Event-ID` through.
   */
  format?: "json" | "event-stream";
  /** Whether the user is shown as active, or as idle. Default: not at all. */
  active?: boolean | "idle";
  /** Whether to hear private messages too. In the JSON format those that come during a cut are lost. */
  user?: boolean;
  /** Default `"https://stream.flowdock.com"`. */
  streamUrl?: string;
  /** Default `"https://api.flowdock.com"`. Asked in the JSON format only. */
  apiUrl?: string;
}

/**
 * Consumes the messages of Flowdock flows. `decode` is `"json"` where not given. Where `retry` names no delays, they are those
 * of Flowdock's own clients: 200 ms to 10 s after network errors, 2 s to 2 min after error statuses, none after
 * a proper end.
 */
export function flowdock<Data>(options: FlowdockOptions<Data> & { decode: (text: string) => Data }): Stream<Data>;
export function flowdock(options: FlowdockOptions<string> & { decode: "text" }): Stream<string>;
export function flowdock(options: FlowdockOptions<FlowdockMessage> & { decode?: "json" }): Stream<FlowdockMessage>;

/** A change of something in Zendesk Sell. */
export interface FirehoseChange {
  /** The snapshot after it; after a deletion, the one before. What is embedded is `{ data, meta }` again. */
  readonly data: { readonly id: number; readonly [field: string]: Json };
  readonly meta: {
    /** Also the event's `id`. */
    readonly event_id: string;
    /** Also the event's `type`. */
    readonly event_type: "created" | "updated" | "deleted";
    readonly event_cause: "interaction" | "system" | "embedded_object_event";
    /** ISO 8601, whole seconds, UTC. */
    readonly event_time: string;
    /** No two snapshots of one thing share it; mostly it grows. */
    readonly sequence: number;
    /** `"deal"`, `"contact"`, and so on. */
    readonly type: string;
    /** What an update replaced. */
    readonly previous?: { readonly [field: string]: Json };
  };
}

/** What the connectors of polled services take over from `poll()`. */
type Polling<Data> = StreamOptions<Data> & Pick<PollOptions<Data>, "every" | "onTop" | "maxPageBytes">;

export type FirehoseOptions<Data = FirehoseChange> = Polling<Data> & {
  /** An access token, or a function that provides it; called again after a 401. As `auth`. */
  token?: string | ((info: AttemptInfo) => string | PromiseLike<string>);
  /** One resource, such as `"deals"`. */
  resource?: string;
  /** Several of them, in one stream, with a position each. One that is added later begins as `start` says. */
  resources?: readonly string[];
  /** Default `"https://api.getbase.com"`. */
  apiUrl?: string;
};

/**
 * Consumes the changes of Zendesk Sell's resources: every five seconds (`every`), all pages to the top. Order holds within one thing. A snapshot
 * that is shown again is dropped. The service keeps changes for 72 hours: a position older than that is a gap.
 */
export function firehose<Data>(options: FirehoseOptions<Data> & { decode: (text: string) => Data }): PollStream<Data>;
export function firehose(options: FirehoseOptions<string> & { decode: "text" }): PollStream<string>;
export function firehose(options: FirehoseOptions<FirehoseChange> & { decode?: "json" }): PollStream<FirehoseChange>;

/** What happened at GitHub. */
export interface GithubEvent {
  /** A decimal number; later ones are mostly greater. Also the event's `id`. */
  readonly id: string;
  /** `"PushEvent"` and so on. Also the event's `type`. */
  readonly type: string;
  readonly actor: { readonly login: string; readonly [more: string]: Json };
  readonly repo: { readonly name: string; readonly [more: string]: Json };
  /** What it is depends on the type. */
  readonly payload: { readonly [field: string]: Json };
  readonly public: boolean;
  /** ISO 8601, whole seconds, UTC. */
  readonly created_at: string;
  readonly [more: string]: Json;
}

/** At most one of `repo`, `network`, `org`, `user` and `receivedBy`. Default: all public events. */
export type GithubEventsOptions<Data = GithubEvent> = Polling<Data> & {
  /** A token, or a function that provides it. As `auth`. Without one, GitHub allows 60 requests an hour. */
  token?: string | ((info: AttemptInfo) => string | PromiseLike<string>);
  /** The events of a repository, `"owner/name"`. */
  repo?: string;
  /** The events of a repository and its forks. */
  network?: string;
  /** The public events of an organization. */
  org?: string;
  /** What a user does. */
  user?: string;
  /** What those do whom a user follows. */
  receivedBy?: string;
  /** Default `"https://api.github.com"`. */
  apiUrl?: string;
};

/**
 * Consumes GitHub's events, the oldest first: every minute (`every`), or as GitHub asks for, where something has changed. Events that appear late
 * are delivered too, as long as they are among the newest hundred. A feed lists 300: where more have come since, that is a gap.
 */
export function githubEvents<Data>(options: GithubEventsOptions<Data> & { decode: (text: string) => Data }): PollStream<Data>;
export function githubEvents(options: GithubEventsOptions<string> & { decode: "text" }): PollStream<string>;
export function githubEvents(options?: GithubEventsOptions<GithubEvent> & { decode?: "json" }): PollStream<GithubEvent>;
/** An entity as it is pulled. */
export interface SesamEntity {
  readonly _id: string;
  /** The place behind it, opaque to everyone but the source. */
  readonly _updated?: string | number;
  /** Only `true` says that it is deleted. */
  readonly _deleted?: Json;
  readonly _previous?: Json;
  /** Microseconds since 1970. */
  readonly _ts?: number;
  readonly _hash?: string;
  readonly [more: string]: Json | undefined;
}

/**
 * What is known of the source, as Sesam has it, decides how it is read. All of it each time, where it does not support `since`. Place by
 * place, where it is chronological too: each entity moves the bookmark. Else up to the greatest place, which is known at the end of a
 * run; what is no number is compared by its bytes. What comes again unchanged is dropped, if it is among the last 512 to 1,024.
 */
export interface SesamOptions<Data = SesamEntity> extends Polling<Data>, Pick<PollOptions<Data>, "rescan"> {
  /** Whether the source gives what is behind a place. Default false. */
  supportsSince?: boolean;
  /** Whether entities come in the order of their places. Default false. */
  isChronological?: boolean;
  /** Whether places can be compared. Default true. */
  isSinceComparable?: boolean;
  /** What `_updated` is. Needed where places are compared; where it is given, an order that is none is noticed. */
  updated?: "integer" | "text" | "datetime";
  /** Entities that an answer is to have at most. Only where the source is chronological. */
  limit?: number;
  /** An expression that the source knows, such as `["eq", "_S.country", "no"]`. */
  subset?: Json;
  /** Each run looks back so far: milliseconds of a `"datetime"`, or an `"integer"` so much less. */
  overlap?: number;
}

/**
 * Consumes a dataset by Sesam's JSON Pull Protocol. `auth` is the token. A dataset that was dropped and made anew, or restored from
 * a backup, is a gap (`"recreated"`). `every` is a quarter of an hour, where not given.
 */
export function sesam<Data>(url: string | { readonly href: string }, options: SesamOptions<Data> & { decode: (text: string) => Data }): PollStream<Data>;
export function sesam(url: string | { readonly href: string }, options: SesamOptions<string> & { decode: "text" }): PollStream<string>;
export function sesam(url: string | { readonly href: string }, options?: SesamOptions & { decode?: "json" }): PollStream<SesamEntity>;

/** An object of HubSpot's CRM. */
export interface HubspotObject {
  /** Digits. */
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
}

export interface HubspotSourceOptions<Data = HubspotObject> extends StreamOptions<Data> {
  /** The access token of an app, or a function that provides it; called again after a 401. */
  token?: string | ((info: AttemptInfo) => string | PromiseLike<string>);
  /** The type of the objects: `"contacts"`, `"deals"`, `"2-3456789"`, … */
  object: string;
  /** The properties wanted. Default: those that HubSpot chooses. */
  properties?: readonly string[];
  /** How long a change may take until it is found, in milliseconds. So far behind the service's clock is what is read. Default 60,000. */
  settle?: number;
  /** Default `"https://api.hubapi.com"`. */
  apiUrl?: string;
}

export interface HubspotOptions<Data = HubspotObject> extends HubspotSourceOptions<Data>, Polling<Data>, Pick<PollOptions<Data>, "rescan"> {
  /**
   * `"search"` (default): asked for what was changed. `"list"`: everything is listed in each run, and what was not changed is passed
   * over; more work for the service, but without the limits of a search.
   */
  by?: "search" | "list";
  /** Archived objects, which are not among the others: what was archived since the position, by list. Default false. */
  archived?: boolean;
}

/**
 * Consumes the objects of one type, all of them first, then those that were changed. Each run reads what was changed between the position
 * and a moment on the service's clock, which is the position at its end: a run that was broken off comes again. At most five searches a
 * second; a limit that was met is waited for. `every` is a minute, where not given.
 */
export function hubspot<Data>(options: HubspotOptions<Data> & { decode: (text: string) => Data }): PollStream<Data>;
export function hubspot(options: HubspotOptions<string> & { decode: "text" }): PollStream<string>;
export function hubspot(options: HubspotOptions & { decode?: "json" }): PollStream<HubspotObject>;

/**
 * The same objects for `pullHandler`: each has a place of its own, in the order of its bytes, so that they can be pulled from any of them
 * on, page by page, by whoever keeps the place. Archived ones are not among them.
 */
export function hubspotSource(options: HubspotSourceOptions): PullSource<PullEvent & { readonly id: string; readonly data: HubspotObject; readonly position: string }>;

/** An entity as the JSON Pull Protocol has it. */
export interface PulledEntity {
  readonly _id: string;
  /** The place behind the entity. Opaque to everyone but the source. */
  readonly _updated?: string | number | bigint;
  readonly _deleted?: unknown;
  readonly [more: string]: unknown;
}

/** An event of a stream, or something alike. */
export interface PullEvent {
  readonly id: string | null;
  readonly data: unknown;
  /** The place behind the event; the place behind an earlier one, where the source moves it now and then only. */
  readonly position: string | null;
}

/** A `Request`, by the part of it that is used. */
export interface RequestLike {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** The platform's `Response`, where its types are known. */
export type PlatformResponse = typeof globalThis extends { Response: { prototype: infer Type } } ? Type : any;

/**
 * Opens a source behind a place that it has given, or at its beginning. What it gives ends where there is nothing more for now:
 * a `Stream` has `every: false`, and `retry: false`, since somebody waits for the answer.
 */
export type PullSource<Item> = (
  since: string | null,
  request: {
    /** How many entities are wanted at most; null: all. */
    readonly limit: number | null;
    /** Aborted when nobody waits for the answer any more. */
    readonly signal: AbortSignalLike;
    readonly request: RequestLike;
  },
) => AsyncIterable<Item> | PromiseLike<AsyncIterable<Item>>;

export interface PullHandlerOptions<Item> {
  /** Bearer token that requests have to bring. Default: none. */
  token?: string;
  /** Entities that an answer has at most, whatever limit is asked for. Default: none. */
  cap?: number;
  /**
   * Makes an entity of an event. Default: the members of `data`, with the event's id as `_id`. A `Date` becomes
   * `"~t2018-04-27T15:46:40.000Z"`, and a bigint a number with all its digits.
   */
  entity?: (event: Item) => PulledEntity;
}

/**
 * Serves a source by the JSON Pull Protocol, wherever there is `fetch`: `export default { fetch: pullHandler(open) }`. `since` is
 * exclusive, and each entity's `_updated` is a place to go on from. A source whose place moves only with whole pages or runs is given
 * in those, whatever the limit: an answer ends nowhere else. What fails before the first entity is the answer's status, 410 where the
 * source has no longer what is behind `since`; what fails later breaks the body.
 */
export function pullHandler<Item extends PullEvent | PulledEntity>(
  source: PullSource<Item>,
  options?: PullHandlerOptions<Item>,
): (request: RequestLike) => Promise<PlatformResponse>;

/** A change of a document, as CouchDB writes it. */
export interface CouchChange {
  /** The position behind it; `null` where the source was asked for few of them (`seq_interval`). Use `event.position`. */
  readonly seq: string | number | null;
  /** The document's id, which is also the event's. */
  readonly id: string;
  /** The newest revision, or with `style: "all_docs"` all that no other one follows. */
  readonly changes: readonly { readonly rev: string }[];
  /** The event's type is then `"deleted"`, else `"change"`. */
  readonly deleted?: true;
  /** With `includeDocs`. */
  readonly doc?: { readonly [more: string]: Json | undefined } | null;
}

export interface CouchChangesOptions<Data = CouchChange>
  extends StreamOptions<Data>,
    Pick<PollOptions<Data>, "every" | "maxPageBytes" | "onTop"> {
  /**
   * How changes travel: as Server-Sent Events, as lines, as pages that are held until there is something new, or as pages that are
   * asked for again and again. `"auto"` (default): the first of these that comes through. Where one is refused, is held back on the way,
   * or breaks three times before it brings anything, the next takes over (error `"transport-refused"`); the first is tried again after a
   * minute, and less often each time, or on `reconnect()`. All share one position, so a bookmark serves every feed.
   */
  feed?: "auto" | "eventsource" | "continuous" | "longpoll" | "normal";
  /** `start` in the source's own words: `0`, `"now"` or a sequence. Default `0`. */
  since?: 0 | "now" | Position;
  /** Whether changes carry their documents. Default `false`. */
  includeDocs?: boolean;
  /** Whether changes name all leaf revisions. Default `"main_only"`. */
  style?: "main_only" | "all_docs";
  /** A filter function's name, such as `"app/important"`. */
  filter?: string;
  /** Only documents with these ids. */
  docIds?: readonly string[];
  /** Only documents that this Mango selector matches. */
  selector?: { readonly [field: string]: Json };
  /** More query parameters: for the filter, or such as `seq_interval`. */
  query?: Readonly<Record<string, string | number | boolean>>;
  /** Changes in a page. Default 1,000. */
  limit?: number;
  /** How often a live feed shows that it is alive; four times that is the default of `idleTimeout`. Default 15,000. */
  heartbeat?: number | false;
}

/**
 * Consumes the changes of a database of CouchDB or of what speaks its `_changes`, such as PouchDB Server. `decode` is `"json"` where not
 * given. The order of changes is partial, and only the newest of a document is certain to come: write what you get, by its id. A database
 * that was made anew under its name is a gap, `"recreated"`.
 */
export function couchChanges<Data>(
  databaseUrl: string | { readonly href: string },
  options: CouchChangesOptions<Data> & { decode: (text: string) => Data },
): PollStream<Data>;
export function couchChanges(
  databaseUrl: string | { readonly href: string },
  options: CouchChangesOptions<string> & { decode: "text" },
): PollStream<string>;
export function couchChanges(
  databaseUrl: string | { readonly href: string },
  options?: CouchChangesOptions<CouchChange> & { decode?: "json" },
): PollStream<CouchChange>;

/** A way to tokens. One of `oauth`, or anything of this form. */
export interface Login {
  /**
   * The token that there is, or a new one: at first, after a 401 (`refresh`), and after each third attempt that has failed in a row, since
   * the org may have moved. It is the `auth` of any source. Whoever asks while a request for one is out waits for the same one.
   */
  readonly auth: (info?: AttemptInfo) => Promise<string>;
  /** Where the token is good. */
  readonly instanceUrl: () => Promise<string>;
  /** What bookmarks belong to: with another source, a bookmark is none. Default: it does not matter. */
  readonly source?: string;
}

/** Where to log in; one of the three at most. */
export interface LoginHost {
  /** The address of a host. Default `"https://login.salesforce.com"`. */
  loginUrl?: string;
  /** A My Domain: `"acme"`, `"acme--dev.sandbox"`, or the whole host. */
  domain?: string;
  /** `true`: at `https://test.salesforce.com`. */
  sandbox?: boolean;
  /** The fetch to use. Default: the global one. */
  fetch?: (url: string, init: any) => PromiseLike<any>;
}

/**
 * Logins at Salesforce. What is refused is a `BrookmarkError` with the code `"auth-failed"` and the service's own `error` and
 * `error_description`; `retryable` says whether asking again may help. No error and no login shows a secret.
 */
export const oauth: {
  /** A user's name and password, with the security token behind it where the service wants it. */
  password(
    options: LoginHost & { clientId: string; clientSecret: string; username: string; password: string; securityToken?: string },
  ): Login;
  /** A refresh token. Where its use brings another one, `onRefreshToken` is told, before anything goes on: it is to be kept. */
  refreshToken(
    options: LoginHost & {
      clientId: string;
      clientSecret?: string;
      refreshToken: string;
      onRefreshToken?: (token: string) => void | PromiseLike<void>;
    },
  ): Login;
  /** An app's own name and secret; the host is that of the org. */
  clientCredentials(options: LoginHost & { clientId: string; clientSecret: string }): Login;
  /**
   * An assertion that is signed with the app's key (RS256): a PKCS#8 PEM, or a `CryptoKey`. The default audience is what Salesforce
   * wants for the host.
   */
  jwtBearer(options: LoginHost & { clientId: string; username: string; privateKey: string | object; audience?: string }): Login;
  /** A token that is there already, or a function that gives one each time one is wanted. */
  session(
    given:
      | { accessToken: string; instanceUrl: string }
      | ((info: AttemptInfo) => SessionToken | PromiseLike<SessionToken>),
  ): Login;
};

export interface SessionToken {
  accessToken: string;
  instanceUrl: string;
}

export interface SalesforceOptions<Data = Json>
  extends Pick<BayeuxOptions, "headers" | "fetch" | "retry" | "credentials" | "connectTimeout">,
    Pick<ChannelOptions<Data>, "replay" | "store" | "onEvent" | "onGap" | "onHandlerError"> {
  auth: Login;
  /** Of the API: `"60.0"`, which is the default, or `"latest"`, the newest that the instance lists. */
  version?: string;
  /** Channels to subscribe to at once, or options for each. */
  channels?: readonly string[] | { readonly [channel: string]: ChannelOptions<Data> };
  /** What the bookmarks are called: each channel has one, with its own name behind this one. */
  bookmark?: string;
  /** How long to stay away, in milliseconds, where the service or a limit of the org has no room. Default 120,000. */
  busyWait?: number;
  /** Hears each change of state. */
  onState?: (state: BayeuxState) => void;
  /** Hears of each planned attempt. */
  onRetry?: (retry: RetryInfo) => void;
  /** Hears each error, the client's own and that of each channel. With it, a channel that is refused does not end the loop over `events()`. */
  onError?: (error: BrookmarkError) => void;
  /** Hears the end. `error` is `null` where it was asked for. */
  onClose?: (error: BrookmarkError | null) => void;
}

/** One session with Salesforce Streaming, and all channels that are heard in it. */
export interface SalesforceClient<Data = Json> {
  readonly state: BayeuxState;
  /** Settles at the end: resolves where it was asked for, else rejects. */
  readonly closed: Promise<void>;
  stats(): BayeuxStats;
  /**
   * Hears a channel: `/topic/…`, `/u/…`, `/event/…` or `/data/…`. What is not said here is as the client's options say it. The stream's `close`
   * is what unsubscribes. A `bookmark` given here is the whole name.
   */
  subscribe<Other = ExactJson>(channel: string, options: ChannelOptions<Other> & { numbers: "exact" }): Stream<Other>;
  subscribe(channel: string, options: ChannelOptions<string> & { decode: "text" }): Stream<string>;
  subscribe<Other>(channel: string, options: ChannelOptions<Other> & { decode: (text: string) => Other }): Stream<Other>;
  subscribe<Other = Data>(channel: string, options?: ChannelOptions<Other>): Stream<Other>;
  /**
   * The events of all channels without a handler, those that are subscribed to later too. An event is handled when the loop comes back for the
   * next one. Ends with the client. One loop at a time: one that is broken off closes the streams that it has read, as with any stream.
   */
  events(): AsyncIterableIterator<StreamEvent<Data>>;
  /** All messages as they come in, the protocol's own too. They are looked at only: no bookmark moves by it. */
  messages(): AsyncIterableIterator<BayeuxMessage>;
  publish(channel: string, data: unknown): Promise<BayeuxMessage>;
  /** As that of `bayeux()`. */
  on(pattern: string, listener: (message: BayeuxMessage) => void): () => void;
  /** Ends it at once, a connect that is held too, and leaves the service, so that it counts one client less. */
  stop(): Promise<void>;
  /** The same. */
  close(): Promise<void>;
  /** As `close()`: `await using`. */
  // @ts-ignore: not every library knows the symbol
  [Symbol.asyncDispose](): Promise<void>;
  addEventListener<Type extends keyof BayeuxEventMap>(
    type: Type,
    listener: (event: BayeuxEventMap[Type]) => void,
    options?: boolean | ListenerOptions,
  ): void;
  removeEventListener<Type extends keyof BayeuxEventMap>(type: Type, listener: (event: BayeuxEventMap[Type]) => void): void;
}

/**
 * Follows channels of Salesforce Streaming. Tokens, instances, sessions and limits that end or change are its business; what it cannot
 * mend is told, per channel where it concerns one.
 */
export function salesforce<Data = Json>(options: SalesforceOptions<Data>): SalesforceClient<Data>;

/** What all events of Salesforce have. */
interface SalesforceEventInfo {
  readonly replayId: string;
  /** What stays the same where replay ids do not. `null` where the service gives none. */
  readonly uuid: string | null;
  /** ISO 8601. */
  readonly createdDate: string | null;
}

export interface SalesforceChangeHeader {
  readonly entityName: string;
  readonly recordIds: readonly string[];
  /** `"CREATE"`, `"UPDATE"`, `"DELETE"`, `"UNDELETE"`; with `"GAP_"` in front, or `"GAP_OVERFLOW"`, where `isGap`. */
  readonly changeType: string;
  readonly changeOrigin: string;
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  /** Milliseconds since 1970. */
  readonly commitTimestamp: number;
  readonly commitNumber: number;
  readonly commitUser: string;
  readonly changedFields?: readonly string[];
  readonly [more: string]: unknown;
}

/** An event by its kind. */
export type SalesforcePayload<Fields = { readonly [field: string]: Json }> =
  /** `type` is `"created"`, `"updated"`, `"deleted"` or `"undeleted"`. */
  | (SalesforceEventInfo & { readonly kind: "push-topic"; readonly type: string; readonly record: Fields })
  | (SalesforceEventInfo & { readonly kind: "generic"; readonly payload: string })
  | (SalesforceEventInfo & { readonly kind: "platform-event"; readonly fields: Fields })
  /** `isGap`: the service knows that records were changed, and not how; they are to be read anew. */
  | (SalesforceEventInfo & {
      readonly kind: "change";
      readonly header: SalesforceChangeHeader;
      readonly isGap: boolean;
      readonly fields: Fields;
    });

/** What an event of `salesforce()` is about. */
export function salesforcePayload<Fields = { readonly [field: string]: Json }>(event: {
  readonly data: unknown;
  readonly position?: Position | null;
}): SalesforcePayload<Fields>;
