/**
 * An emulator of Zendesk Sell for tests: the Firehose API with its 22 streams, the Sync API, the part of the Core API
 * that makes changes, and faults on command. It needs Node and listens on loopback.
 */

export type FirehoseResource =
  | "appointments"
  | "associated_contacts"
  | "calls"
  | "collaborations"
  | "collaboration_requests"
  | "contacts"
  | "custom_fields"
  | "deals"
  | "documents"
  | "leads"
  | "line_items"
  | "loss_reasons"
  | "notes"
  | "orders"
  | "products"
  | "sources"
  | "stages"
  | "tags"
  | "tasks"
  | "unqualified_reasons"
  | "users"
  | "visits";

export interface FirehoseToken {
  token: string;
  /** Default: all three. */
  scopes?: readonly ("read" | "write" | "sync")[];
}

export interface FirehoseEmulatorOptions {
  /** Default `["token"]`. */
  tokens?: readonly (string | FirehoseToken)[];
  /** Default 0: a free one. */
  port?: number;
  /** Milliseconds for which events are kept. Default 72 hours. */
  retention?: number;
  /** Milliseconds until an event is in its stream. Default 0. */
  latency?: number;
  /** Events of other accounts that one request gets past. More of them are an empty page that is not the top. Default 1,000. */
  scan?: number;
  /** How likely events of other accounts come before one of ours, from 0 (default) to 1. */
  elsewhere?: number;
  /** What chance is drawn from. Default `Math.random`. */
  random?: () => number;
  /** Requests an hour and token. Default 36,000. */
  rateLimit?: number;
}

export interface FirehoseEvent {
  /** The snapshot after the change. */
  data: { id: number; [field: string]: unknown };
  meta: {
    /** 22 url-safe characters. */
    event_id: string;
    event_type: "created" | "updated" | "deleted";
    event_cause: "interaction" | "system" | "embedded_object_event";
    /** ISO 8601, whole seconds, UTC. */
    event_time: string;
    /** No two snapshots share one. */
    sequence: number;
    /** `"deal"` for `deals`, and so on. */
    type: string;
    /** The old values of what an update changed. */
    previous?: Record<string, unknown>;
  };
}

/** A request that was made, whatever became of it. */
export interface FirehoseRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Without the token; names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Of a POST or PUT. */
  readonly body?: string;
  /** `null` until it is answered. */
  readonly status: number | null;
}

/** How often a fault comes, and to whom. */
export interface FirehoseFault {
  /** How many requests meet it. */
  times?: number;
  /** Only those whose path begins so, such as `"/v3/deals/"`. */
  path?: string;
}

export interface FirehoseEmulator {
  /** What `https://api.getbase.com` is to the service. */
  readonly url: string;
  readonly requests: readonly FirehoseRequest[];
  /** What its clock shows: milliseconds since 1970. */
  readonly now: number;
  /** Creates what has no id or an unknown one, updates what has a known one, and gives the event. */
  change(
    resource: FirehoseResource,
    fields: { id?: number; [field: string]: unknown },
    how?: { cause?: FirehoseEvent["meta"]["event_cause"] },
  ): FirehoseEvent;
  remove(resource: FirehoseResource, id: number, how?: { cause?: FirehoseEvent["meta"]["event_cause"] }): FirehoseEvent;
  /** Creates so many at once, which take no memory each. The Sync API and lists leave them out. */
  fill(resource: FirehoseResource, count: number): void;
  /** Sends the last events of a resource again: the same snapshots and sequences, with event ids of their own. */
  repeat(resource: FirehoseResource, count?: number): void;
  /** So many events of other accounts come, which nobody sees. */
  elsewhere(resource: FirehoseResource, count: number): void;
  /** Moves the clock on; events that are older than `retention` then are gone. */
  advance(milliseconds: number): void;
  /** Answers requests with an error: so many of them, or all until `accept()`. Default 503. */
  refuse(how?: FirehoseFault & { status?: number; retryAfter?: number | string }): void;
  /** Cuts the connection after so many bytes of a body. Default: none, and one request. */
  cut(how?: FirehoseFault & { after?: number }): void;
  /** Answers with a proper end after so many bytes of the body. Default: half of them, and one request. */
  truncate(how?: FirehoseFault & { after?: number }): void;
  /** Answers with a page for people, and status 200. Default: one request. */
  html(how?: FirehoseFault): void;
  /** Answers later by so many milliseconds, until `accept()`. */
  delay(how: FirehoseFault & { duration: number }): void;
  /** Ends all faults. */
  accept(): void;
  /** Goes away, with all connections; everything else is kept. */
  stop(): Promise<void>;
  /** Comes back at the same address. */
  start(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts an emulator. */
export function firehoseEmulator(options?: FirehoseEmulatorOptions): Promise<FirehoseEmulator>;
