/**
 * Brookmark keeps your place in any event stream.
 *
 * Durations are milliseconds, sizes are bytes, positions are the source's own text.
 * The types below need no platform type that a runtime might lack: they compile with
 * the DOM library, with Node's types, with Workers' types, or with none at all.
 */

/** Where a source can be resumed, in the source's own text. Never a number. */
export type Position = string;

/** What `JSON.parse` can return. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What `numbers: "exact"` can give. */
export type ExactJson = null | boolean | number | bigint | string | ExactJson[] | { [key: string]: ExactJson };

/** One event of a source. */
export interface StreamEvent<Data = string> {
  /** The event's type; `"message"` where the source names none. */
  readonly type: string;
  /** The payload, decoded as the option `decode` says. */
  readonly data: Data;
  /** The last event id in force at this event, `""` where the source gave none. */
  readonly id: string;
  /** Where the source resumes after this event, `null` where it gave no position yet. */
  readonly position: Position | null;
  /** Of a channel of `bayeux()` only: the channel that it was sent on. */
  readonly channel?: string;
  /** Of `jsonStream()` and `poll()` only: which record of its response it is, from 1. Blanks between records are none. */
  readonly record?: number;
  /** Of `jsonStream()` and `poll()` only: where in the body of the response that record begins. */
  readonly offset?: number;
  /**
   * Marks the event as handled. Only with `commit: "manual"`; in the other mode a call is a
   * misuse and throws. Events that were handed out and not marked count towards `highWaterMark`;
   * when the source ends the stream, they stay unmarked and come again at the next start.
   */
  commit(): void;
}

/** Why an error happened, that is, who can mend it. */
export type Culprit =
  | "peer"
  | "transport"
  | "limit"
  | "store"
  | "auth"
  | "misuse"
  | "handler"
  | "internal";

/** The stable names of everything that can go wrong. */
export type ErrorCode =
  /* peer */
  | "bad-status"
  | "bad-content-type"
  | "too-many-requests"
  | "server-error"
  | "position-expired"
  | "position-refused"
  | "unsendable-position"
  | "decode"
  | "bad-record"
  | "bad-page"
  | "source-error"
  | "incomplete"
  | "no-progress"
  | "bad-link"
  | "out-of-order"
  | "future-position"
  | "deletions-doubtful"
  | "position-regressed"
  | "recreated"
  | "overrun"
  | "bad-reply"
  | "message-refused"
  | "no-transport"
  | "session-lost"
  /* auth */
  | "unauthorized"
  | "forbidden"
  | "auth-failed"
  /* transport */
  | "network"
  | "connect-timeout"
  | "idle-timeout"
  /* one way to ask the source has come to nothing, and another one is taken */
  | "transport-refused"
  | "retries-exhausted"
  | "answer-timeout"
  /* limit */
  | "event-too-large"
  | "page-too-large"
  | "repeat-window-full"
  | "backlog"
  | "outbox-full"
  | "too-many-ids"
  /* store */
  | "store-unavailable"
  | "store-read"
  | "store-write"
  | "bookmark-conflict"
  | "ids-unreadable"
  | "bookmark-unreadable"
  | "bookmark-version"
  | "bookmark-foreign"
  /* handler */
  | "handler"
  | "extension-failed"
  /* misuse */
  | "bad-url"
  | "bad-option"
  | "already-consumed"
  | "not-manual"
  | "channel-taken"
  | "multiple-clients"
  | "no-cookies"
  | "closed"
  /* internal */
  | "engine";

/** The one error class. Switch on `code`; the message is for people. */
export class BrookmarkError extends Error {
  private constructor();
  readonly name: "BrookmarkError";
  readonly code: ErrorCode;
  readonly culprit: Culprit;
  /** Whether the stream goes on by itself. `false` on the error that ends it. */
  readonly retryable: boolean;
  /** HTTP status, where a response was the cause. */
  readonly status?: number;
  /** Response headers, names in lower case, where a response was the cause. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The beginning of the response body, or of the record, as text, where one of them was the cause. */
  readonly body?: string;
  /** Which record of the response is bad, from 1. */
  readonly record?: number;
  /** Where in the body of the response it begins. */
  readonly offset?: number;
  /** Number of the connection attempt, from 1, since the last one that made progress. */
  readonly attempt?: number;
  /** The position at which the stream stands. */
  readonly position?: Position | null;
  /** What was thrown underneath. */
  readonly cause?: unknown;
}

/** What a stream is doing. */
export type StreamState =
  /** Nothing asked for yet: no `onEvent`, and nobody has begun to read. */
  | "idle"
  /** Loading the engine and the bookmark. */
  | "loading"
  /** A request is out, no usable response yet. */
  | "connecting"
  /** Events may arrive. */
  | "open"
  /** The next attempt has its time, or another stream has the bookmark. */
  | "waiting"
  /** The page is put away (back/forward cache, or hidden under `pauseWhenHidden`); the stream goes on when it is back. */
  | "suspended"
  /** Final. */
  | "closed";

/** Why a new attempt will be made. */
export interface RetryInfo {
  /** What ended the attempt before; `null` where the server ended the response properly. */
  readonly cause: BrookmarkError | null;
  /** Number of the attempt to come, counted since the last one that made progress. */
  readonly attempt: number;
  /** How long until then. */
  readonly delay: number;
}

/** What is done when the source cannot continue from the position. */
export type GapPolicy =
  /** Go on from the oldest event that the source keeps. */
  | "earliest"
  /** Go on with new events only. */
  | "latest"
  /** End the stream with an error. */
  | "fail";

/** The source cannot continue from our position: events may have been lost. */
export interface Gap {
  readonly reason:
    /** The source no longer keeps that position: it answers 410, or begins elsewhere (Mercure). */
    | "position-expired"
    /**
     * No request can carry it to the source: CORS does not let its header through, its place takes numbers
     * only, or a native EventSource has no place for it. Both `"earliest"` and `"latest"` then go on without one.
     */
    | "position-refused"
    /** The bookmark could not be read from its store. */
    | "store-read"
    /** The stored bookmark is damaged. */
    | "bookmark-unreadable"
    /** The stored bookmark was written by another version of its format. */
    | "bookmark-version"
    /** The stored bookmark belongs to another source, or to this one as it was asked and read before. */
    | "bookmark-foreign"
    /** Of `poll()`: the source stands before the position, as where it was restored. */
    | "position-regressed"
    /** Of `poll()`: the source was made anew (`incarnation`). */
    | "recreated"
    /** Of `poll()`: more has happened since the last look than the source lists (`order: "newest-first"`). */
    | "overrun";
  /** The position that could not be continued from, where it is known. */
  readonly position: Position | null;
  /** How long ago it was committed, where that is known. */
  readonly age: number | null;
}

/** The gap together with what was done about it. */
export interface GapInfo extends Gap {
  readonly policy: GapPolicy;
}

/** What is done after a handler has thrown or rejected. */
export type HandlerErrorPolicy =
  /** End the stream; the event stays uncommitted and comes again at the next start. */
  | "stop"
  /** Commit the event as if it had been handled. */
  | "skip"
  /** Call the handler again with the same event, after a growing delay. */
  | "retry";

/** A store with the names of the Web Storage interface, sync or async. */
export interface StorageLike {
  getItem(key: string): string | null | undefined | PromiseLike<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** A store with the names of Workers KV and Durable Object storage. */
export interface KeyValueLike {
  get(key: string): unknown;
  put(key: string, value: string): unknown;
  delete(key: string): unknown;
}

export type Store = StorageLike | KeyValueLike;

/** How attempts are spaced. */
export interface RetryOptions {
  /** The shortest delay, which no server hint undercuts. Default 1,000. */
  min?: number;
  /** The longest delay of our own; a Retry-After may be longer. Default 60,000. */
  max?: number;
  /** What each failure multiplies the delay by. Default 2. */
  factor?: number;
  /** Share of the delay that is random, 0 to 1. Default 0.5. */
  jitter?: number;
  /** Attempts in a row without progress before the stream ends. Default: no end. */
  attempts?: number;
}

/** An `AbortSignal`, by the part of it that is used. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** A token, or none. */
export type Token = string | null | undefined;

export type HeadersLike =
  | Readonly<Record<string, string>>
  | Iterable<readonly [string, string]>;

/** What a `headers` or `auth` function is told about the attempt it is called for. */
export interface AttemptInfo {
  /** From 1, since the last attempt that made progress. */
  readonly attempt: number;
  /** `true` where the server has just answered 401 to what the function gave last time. */
  readonly refresh: boolean;
}

/**
 * How a payload becomes `data`. With `"json"`, an event of `sse()` whose data is empty is committed unseen: it only says where
 * the source stands.
 */
export type Decode<Data> = "json" | "text" | ((text: string) => Data);

/** The options that every source takes. */
export interface StreamOptions<Data = string> {
  /**
   * The bookmark's name. Without one, nothing outlives this stream object. A bookmark is for one stream at a time: of those that share one in
   * `localStorage`, all but one wait; elsewhere, who finds it moved by another one stops with `bookmark-conflict`.
   */
  bookmark?: string;
  /** Where bookmarks are kept. Default: `localStorage` in pages, memory elsewhere. */
  store?: Store;
  /** Where to begin where no bookmark exists. Default `"latest"`. */
  start?: "latest" | "earliest" | { position: Position };
  /** When an event counts as handled. Default `"auto"`: when its handler has finished. */
  commit?: "auto" | "manual";
  /** Handlers that may run at once. Default 1. */
  concurrency?: number;
  /** How payloads are decoded. Default `"text"`, and `"json"` for `jsonStream()`. */
  decode?: Decode<Data>;
  /**
   * With `decode: "json"`: no number is rounded. Integers beyond `Number.MAX_SAFE_INTEGER` become BigInt, and
   * other numbers that a double would change stay the text that they were.
   */
  numbers?: "exact";
  /** Request headers, or a function called for each attempt. */
  headers?: HeadersLike | ((info: AttemptInfo) => HeadersLike | PromiseLike<HeadersLike>);
  /** A bearer token, or a function that provides it; called again after a 401. Null and undefined send none. */
  auth?: string | ((info: AttemptInfo) => Token | PromiseLike<Token>);
  /** The fetch to use. Default: the global one. */
  fetch?: (url: string, init: any) => PromiseLike<any>;
  /** Closes the stream when it aborts. */
  signal?: AbortSignalLike;
  /** How attempts are spaced; `false`: the stream ends with its first connection. */
  retry?: RetryOptions | false;
  /** How long a response may take to begin. Default 30,000; where `poll()` has `longPoll`, 300,000. */
  connectTimeout?: number;
  /**
   * How long an open connection may stay silent; comments and blank lines count as life.
   * `false`: for ever. Default 300,000 once a position is known, else for ever.
   */
  idleTimeout?: number | false;
  /** Whether the connection is dropped while the page is hidden. Default `false`. */
  pauseWhenHidden?: boolean;
  /** Events that may wait for their handlers. Default 512. */
  highWaterMark?: number;
  /** The largest event. Default 16 MiB. */
  maxEventBytes?: number;
  /** What follows an event larger than that: end the stream (default) or go on behind it. */
  onOversize?: "stop" | "skip";
  /** As in fetch. Left to fetch where not given. */
  credentials?: "omit" | "same-origin" | "include";

  /** Handles one event. The bookmark moves past it when this has returned or resolved. */
  onEvent?: (event: StreamEvent<Data>, stream: Stream<Data>) => unknown;
  /** Hears each change of state. */
  onState?: (state: StreamState, stream: Stream<Data>) => void;
  /** Hears of each planned attempt. */
  onRetry?: (retry: RetryInfo, stream: Stream<Data>) => void;
  /** The policy for gaps, or a function that hears of the gap and may return one. Default `"earliest"`. */
  onGap?: GapPolicy | ((gap: Gap, stream: Stream<Data>) => GapPolicy | void);
  /**
   * The policy after a handler has thrown or a payload could not be decoded, or a function that
   * decides (for what is no JSON in `jsonStream()`, see `onBadRecord`). Default `"stop"`. A payload is never decoded again: there, `"retry"` means `"stop"`.
   */
  onHandlerError?:
    | HandlerErrorPolicy
    | ((error: BrookmarkError, event: StreamEvent<Data>) => HandlerErrorPolicy | void);
  /** Hears each commit: with a bookmark, when the store has taken it. */
  onCommit?: (position: Position, stream: Stream<Data>) => void;
  /**
   * Hears each error, whether the stream goes on or not. Where nobody listens (no `onError`, `onClose`,
   * listener, reader or use of `closed`), the error that ends a stream is an unhandled rejection.
   */
  onError?: (error: BrookmarkError, stream: Stream<Data>) => void;
  /** Hears the end. `error` is `null` where the end was asked for or proper. */
  onClose?: (error: BrookmarkError | null, stream: Stream<Data>) => void;
}

export interface SseOptions<Data = string> extends StreamOptions<Data> {
  /** Default `"GET"`. Another method is sent once, unless `repeatable` is true. */
  method?: string;
  /** Whatever fetch takes as a body; a plain object is sent as JSON. A stream cannot be sent twice. */
  body?: any;
  /** Whether a request that is not GET may be sent again. Default `false`. */
  repeatable?: boolean;
  /**
   * Where the position is found: a JSON Pointer into the payload, such as `"/sequence_number"`. What stands
   * there, a text or a number, is the event's `id`, digit for digit, and `id:` lines no longer count.
   * Default: the event's id. `{ header }`: that as well, and until an event has one, the response header
   * that names where the response begins, such as `"Mercure-Last-Event-ID"`.
   */
  position?: string | { header: string };
  /** Where the position goes. Default `{ header: "Last-Event-ID" }`. */
  lastEventId?: PositionPlace;
  /**
   * `"native"`: the platform's EventSource, one for each attempt. It takes no headers, method or body, carries the
   * position in a query parameter only, hears `message` and what `events` names, and knows no status, so that
   * no refusal is final; `idleTimeout` is off. `"auto"`: that, where fetch cannot stream. Default `"fetch"`.
   */
  transport?: "fetch" | "native" | "auto";
  /** The types to hear; the others are committed unseen. Default: all. */
  events?: readonly string[];
  /**
   * A payload that ends the stream, such as `"[DONE]"`. A response that is not asked for again and ends without it is
   * an error, `"incomplete"`.
   */
  done?: string;
  /**
   * Hears comments, at once and not in line with the events that wait for their handlers. What a comment has
   * beyond `maxEventBytes` is cut off.
   */
  onComment?: (text: string, stream: Stream<Data>) => void;
}

/** Where a request carries the position. */
export type PositionPlace =
  | { header: string }
  /** Instead of a parameter of that name in the URL, which holds until there is a position. */
  | { query: string }
  /** In the header; in the query where the header is not let through or cannot carry it. */
  | { header: string; query: string }
  /**
   * At a JSON Pointer in the body, which is then a plain object. `number`: as a number, digit for digit; `"earliest"`
   * is then sent as no position.
   */
  | { body: string; number?: boolean };

export interface JsonStreamOptions<Data = Json>
  extends StreamOptions<Data>,
    Pick<SseOptions<Data>, "method" | "body" | "repeatable"> {
  /**
   * How records are told apart: each ends with CR (or CRLF; an LF may stand within), each is a line (NDJSON,
   * JSON Lines), or each has RS in front (RFC 7464). Where it is said, the response may be of any JSON type
   * or plain text. Default `"auto"`: by content type, where `application/json` means `"cr"`.
   *
   * Blanks and blank lines between records are heartbeats. At a proper end of the response, the last record
   * needs no end of its own; a response that ends within a record counts as cut.
   */
  framing?: "cr" | "lines" | "json-seq" | "auto";
  /**
   * Where in a record its position is found: a JSON Pointer, such as `"/id"`. What stands there, a text or a
   * number, is the event's `id`, digit for digit. A `bookmark` needs it.
   */
  position?: string;
  /** Where the position goes. Needed with `position`, or to `start` anywhere but at the latest. */
  resume?: PositionPlace;
  /**
   * What follows a record that is no JSON, or lacks its end: end the stream before it, or tell the error
   * and go on behind it. Default `"stop"`; with `"json-seq"` it is `"skip"`, as RFC 7464 wants.
   */
  onBadRecord?: "stop" | "skip";
  /** A record that ends the stream, as it is written, such as `'"done"'`; `"incomplete"` as with `sse()`. */
  done?: string;
}

/** What the positions of a source look like. All but `"opaque"` can be compared; times may be sent as another kind. */
export type PositionKind =
  /** Anything that the source alone understands. */
  | "opaque"
  /** Text in the order of its bytes. */
  | "text"
  /** Numbers of any length. */
  | "decimal"
  /** Dates with time and offset, to any fraction of a second. */
  | "rfc3339"
  /** Time since 1970-01-01. */
  | "epoch-s"
  | "epoch-ms"
  | "epoch-us"
  | "epoch-ns";

/** Where something is in an answer: at a JSON Pointer, in a header, or the target of a link with that `rel` (RFC 8288). */
export type FoundIn = { body: string } | { header: string } | { link: string };

/** Where the positions of a polled source are found. */
export type PollPosition = {
  /** Default `"opaque"`. */
  kind?: PositionKind;
  /** How they are sent, where that is another kind of time. */
  send?: PositionKind;
  /** What follows where there is none: the answer is useless (default), or the position stays. */
  missing?: "fail" | "keep";
} & (
  | FoundIn
  | {
      /** In each item, at this JSON Pointer. */
      item: string;
      /** What tells items apart that share a position: it is then a pair, and `event.position` the text `["first","second"]`. */
      key?: string;
      /**
       * Whether the source sends the items at the position again. They are recognised and dropped. Where it does not, the last of the items
       * that share a position moves the bookmark.
       */
      inclusive?: boolean;
    }
  /** Nowhere: with `until`. */
  | {}
);

/** Where a polled request carries something. */
export type PollPlace =
  /** Instead of a parameter of that name in the URL. */
  | { query: string }
  | { header: string }
  /** At a JSON Pointer in the body, which is then a plain object; `number`: as a number, digit for digit. */
  | { body: string; number?: boolean }
  /** In the place of that name in braces in the URL's path: `/changes/{since}`. */
  | { path: string }
  /** It is the URL, perhaps relative; only of the same origin. */
  | { url: true };

/** What says that a source has been read to its top. */
export type TopTest =
  /** `true` stands there. */
  | { flag: string }
  /** There are fewer items than this. */
  | { short: number }
  | "empty"
  /** The position has not moved. */
  | "same-position"
  /** Nothing leads to a next page. */
  | "no-next";

/** When a polled source is read in full, and what for. */
export type PollRescan = (
  | { every: number; cron?: undefined }
  /**
   * A cron expression in UTC: minute, hour, day of the month, month, day of the week, and before them, if there are six, the second.
   * A time at which the stream does not run is passed over.
   */
  | { cron: string; every?: undefined }
  /** When `rescan()` of the stream says so. */
  | { every?: undefined; cron?: undefined }
) & {
  /**
   * Whether the items that were handled before, and that a full run does not find, come as events of type `"deleted"` at its end,
   * with the item's `id` and `null` as `data`. For one source that lists every item, each with an `id`. The ids are kept beside the
   * bookmark, up to 1 MiB. A run that finds less than half of what is known, or nothing, or an item without an id, deletes nothing and
   * is told as `deletions-doubtful`; where that is how it is, `clearBookmark()` begins anew.
   */
  deletions?: boolean;
  /** Whether increments go on between the pages of a full run, as `every` says. What they bring, it does not bring again. */
  beside?: boolean;
};

/** What one round of a polled source has come to. */
export interface TopInfo {
  /** Events handed to the application since the last top. */
  readonly events: number;
  /** Answers. */
  readonly pages: number;
  /** How long until the source is asked again; `null`: never. */
  readonly delay: number | null;
}

export interface PollOptions<Data = Json> extends Omit<StreamOptions<Data>, "start"> {
  /** Where to begin where no bookmark exists. Default `"earliest"`. */
  start?: "latest" | "earliest" | { position: Position };
  /** Default `"GET"`. */
  method?: string;
  /** Whatever fetch takes as a body; a plain object is sent as JSON. */
  body?: any;
  /** Whether a request may be sent again. Default `true`: a poll reads, whatever its method. */
  repeatable?: boolean;
  /** Several sources of one origin, by name, each drained after the other. The position is then the map `{"name":"position"}`. */
  sources?: Readonly<Record<string, string>>;
  /** The array of items in an answer, as a JSON Pointer. Default `""`: the answer itself. */
  items?: string;
  /** The item's `event.id`, as a JSON Pointer. */
  id?: string;
  /** The item's `event.type`, as a JSON Pointer. Default: `"message"`. */
  type?: string;
  /**
   * What makes two items the same, as JSON Pointers: one of the last 512 to 1,024 items that comes again is dropped. Default, also for
   * an item that has none of it: id and position, or id and content where items have no position.
   */
  unique?: readonly string[];
  /** Where positions come from. */
  position: PollPosition;
  /** Where the position goes, one place for each of its components. */
  resume?: PollPlace | readonly PollPlace[];
  /** What is sent instead of a position. Without `latest`, the first run passes over what there is. */
  words?: { earliest?: string; latest?: string };
  /**
   * What leads to the next page, where that is not the position. Where an answer has none, there is no next page. `first` is sent
   * for the first one. After `cap` items the source would refuse: the query then begins anew at the position.
   */
  page?: (FoundIn | { item: string }) & { to: PollPlace; first?: string; cap?: number };
  /**
   * Each run asks for what is not newer than its beginning, less `settle`, on the source's clock. That is the position at its end. The clock is
   * in the header `Date`, which a page of another origin reads only where the server exposes it; else our own counts.
   */
  until?: PollPlace;
  /**
   * How items with positions are sorted. `"ascending"` (default): each moves the bookmark. `"unordered"`: the greatest does, at the
   * end of a run. `"newest-first"`: pages are read until one has what was seen before, and told oldest first.
   */
  order?: "ascending" | "unordered" | "newest-first";
  /** What says that all has been read. Default: no next page; without pages, no items or the same position. */
  top?: TopTest | readonly TopTest[];
  /** Each run looks back so far: milliseconds, or units where positions are numbers. What comes again is dropped. */
  overlap?: number;
  /**
   * Items newer than this, on the source's clock, are delivered but not relied on: some that are older may yet appear. Beyond some hundreds of
   * them, the rest comes when they have settled.
   */
  settle?: number;
  /** How long to wait at the top; with `min` and `max`, longer while nothing is new. `false`: the stream ends there. Default 60,000. */
  every?: number | { min: number; max?: number } | false;
  /** The source holds a request until there is something new: it is asked again at once. */
  longPoll?: boolean;
  /** Asks only for what has changed (ETag, Last-Modified). In a page of another origin, the server must allow the header. */
  conditional?: boolean;
  /** Statuses that mean that the source no longer keeps the position. Default `[410]`. */
  expired?: readonly number[];
  /** Where an answer with a good status may have an error, as a JSON Pointer. */
  failure?: string;
  /** What changes when the source is made anew. */
  incarnation?: { body: string } | { header: string };
  /** Where the source says how many seconds to wait at the top. */
  interval?: { body: string } | { header: string };
  /** Reads everything again from time to time, whatever the position. */
  rescan?: PollRescan;
  /** The largest answer that is kept whole. Default 64 MiB. */
  maxPageBytes?: number;
  /** Hears when all has been read. */
  onTop?: (top: TopInfo, stream: PollStream<Data>) => void;
}

/** The consumer's handle on a polled source. */
export interface PollStream<Data = Json> extends Stream<Data> {
  /** Reads to the top, waits for the handlers, writes the bookmark and ends: for workers that run by a timetable. */
  drain(): Promise<void>;
  /** The next round, which begins now where the stream waits at the top, reads everything. */
  rescan(): void;
}

/** Polls a source page by page to its top, again and again. Throws a `BrookmarkError` for a bad URL or option. */
export function poll<Data = Json>(url: string | { readonly href: string }, options: PollOptions<Data>): PollStream<Data>;

/** Counters since the stream object was made. */
export interface StreamStats {
  /** Events handed to the application. */
  readonly events: number;
  /** Bytes of response bodies. */
  readonly bytes: number;
  /** Requests sent. */
  readonly attempts: number;
  /** Attempts planned after an end or a failure. */
  readonly retries: number;
  /** Bookmark writes that succeeded. */
  readonly commits: number;
  /** Repeated events that were dropped. */
  readonly repeats: number;
  /** Gaps. */
  readonly gaps: number;
  /** Errors reported. */
  readonly errors: number;
  /** Events handed over and not yet finished. */
  readonly pending: number;
  /** Bytes received and not yet turned into events. */
  readonly buffered: number;
}

export interface StreamEventMap {
  state: CustomEventLike<StreamState>;
  /** Of `poll()` only. */
  top: CustomEventLike<TopInfo>;
  retry: CustomEventLike<RetryInfo>;
  gap: CustomEventLike<GapInfo>;
  commit: CustomEventLike<Position>;
  error: CustomEventLike<BrookmarkError>;
  close: CustomEventLike<BrookmarkError | null>;
}

/** A DOM `Event` with a `detail`. */
export interface CustomEventLike<Detail> {
  readonly type: string;
  readonly detail: Detail;
}

export interface ListenerOptions {
  once?: boolean;
  signal?: AbortSignalLike;
}

/** The consumer's handle on one source. */
export interface Stream<Data = string> extends AsyncIterable<StreamEvent<Data>> {
  readonly state: StreamState;
  /** Where the source resumes: the last committed position. */
  readonly position: Position | null;
  /** The events as a WHATWG `ReadableStream`. Reading the next one commits the one before. */
  readonly readable: any;
  /** Settles at the end: resolves where it was proper or asked for, else rejects. */
  readonly closed: Promise<void>;
  stats(): StreamStats;
  /** Hands out no more events until `resume()`; the connection is kept, its bytes wait. */
  pause(): void;
  resume(): void;
  /** Drops the connection and connects again now, at the same position. */
  reconnect(): void;
  /**
   * Moves the bookmark and goes on from there. Throws where no request could carry the position. Events not yet handled are dropped. After
   * `"latest"` or `"earliest"` the bookmark moves with the next commit.
   */
  seek(position: Position | "latest" | "earliest"): void;
  /**
   * Ends the stream: no event, callback or timer after this but the end itself (the state `closed`,
   * `close`, and an error if the last bookmark cannot be written). Resolves when the bookmark is flushed. A handler that calls it has handled its event once it returns; promises
   * that are still pending have not.
   */
  close(): Promise<void>;
  /** As `close()`: `await using`. */
  // @ts-ignore: not every library knows the symbol
  [Symbol.asyncDispose](): Promise<void>;
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamEvent<Data>>;

  addEventListener<Type extends keyof StreamEventMap>(
    type: Type,
    listener: (event: StreamEventMap[Type]) => void,
    options?: boolean | ListenerOptions,
  ): void;
  removeEventListener<Type extends keyof StreamEventMap>(
    type: Type,
    listener: (event: StreamEventMap[Type]) => void,
  ): void;
  dispatchEvent(event: any): boolean;
}

/** Consumes Server-Sent Events. Throws a `BrookmarkError` for a bad URL or option. */
export function sse<Data = ExactJson>(
  url: string | { readonly href: string },
  options: SseOptions<Data> & { decode: "json"; numbers: "exact" },
): Stream<Data>;
export function sse<Data = Json>(
  url: string | { readonly href: string },
  options: SseOptions<Data> & { decode: "json" },
): Stream<Data>;
export function sse<Data>(
  url: string | { readonly href: string },
  options: SseOptions<Data> & { decode: (text: string) => Data },
): Stream<Data>;
export function sse(url: string | { readonly href: string }, options?: SseOptions<string>): Stream<string>;

/** What an `EventSource` can be told: `withCredentials` as in the standard, the rest is ours. */
export interface EventSourceInit {
  /** Whether cookies go along to another origin. Default `false`. */
  withCredentials?: boolean;
  /** Request headers, or a function called for each attempt. */
  headers?: StreamOptions["headers"];
  /** A bearer token, or a function that provides it; called again after a 401. */
  auth?: StreamOptions["auth"];
  /** Default `"GET"`. A request with another method is sent once: its end is the end. */
  method?: string;
  /** Whatever fetch takes as a body. */
  body?: any;
  /** The fetch to use. Default: the global one. */
  fetch?: StreamOptions["fetch"];
  /** The bookmark's name. With one, the next `EventSource` goes on behind the last event told, and repeats are dropped. */
  bookmark?: string;
  /** Where bookmarks are kept. Default: `localStorage` in pages, memory elsewhere. */
  store?: Store;
}

/** A DOM `Event`, by the part of it that any runtime has. */
export interface EventLike {
  readonly type: string;
  readonly target: any;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
}

/** A DOM `MessageEvent`, as the runtime has it. */
export interface MessageEventLike extends EventLike {
  /** The payload. */
  readonly data: any;
  /** The last event id in force at this event, `""` where there is none. */
  readonly lastEventId: string;
  /** The origin of the URL that the response came from. */
  readonly origin: string;
}

export interface EventSourceEventMap {
  open: EventLike;
  message: MessageEventLike;
  error: EventLike;
}

/** The class `EventSource` of the standard, for whole programs: `globalThis.EventSource = EventSource`. */
export class EventSource {
  /** Throws a `DOMException` called `SyntaxError` for a bad URL. A relative one needs a page or a worker. */
  constructor(url: string | { readonly href: string }, init?: EventSourceInit);
  /**
   * Events from a `ReadableStream` of bytes that you fetch yourself. Its end is the end of the
   * `EventSource`. Proposed for the standard (whatwg/html pull request 12272).
   */
  static fromReadableStream(stream: any): EventSource;

  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;

  /** The URL, resolved. */
  readonly url: string;
  readonly withCredentials: boolean;
  readonly readyState: number;
  /** The last event id in force. Proposed, as above. */
  readonly lastEventId: string;
  /** The source's reconnection time, 3,000 until it names one. Proposed, as above. */
  readonly reconnectionTime: number;

  onopen: ((this: any, event: any) => any) | null;
  onmessage: ((this: any, event: any) => any) | null;
  onerror: ((this: any, event: any) => any) | null;

  /** Nothing is told after this. */
  close(): void;
  /**
   * Voids what is unfinished, so that other bytes can follow in the same stream. Only after
   * `fromReadableStream`; throws a `DOMException` called `InvalidStateError` otherwise.
   */
  reset(): void;

  addEventListener<Type extends keyof EventSourceEventMap>(
    type: Type,
    listener: (this: EventSource, event: EventSourceEventMap[Type]) => any,
    options?: boolean | ListenerOptions,
  ): void;
  /** Events of the type that the source names. */
  addEventListener(
    type: string,
    listener: ((this: EventSource, event: MessageEventLike) => any) | { handleEvent(event: any): void } | null,
    options?: boolean | ListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: ((this: EventSource, event: any) => any) | { handleEvent(event: any): void } | null,
    options?: boolean | { capture?: boolean },
  ): void;
  dispatchEvent(event: any): boolean;
}

/** Consumes streaming JSON: one JSON text after the other. Throws a `BrookmarkError` for a bad URL or option. */
export function jsonStream(
  url: string | { readonly href: string },
  options: JsonStreamOptions<string> & { decode: "text" },
): Stream<string>;
export function jsonStream<Data>(
  url: string | { readonly href: string },
  options: JsonStreamOptions<Data> & { decode: (text: string) => Data },
): Stream<Data>;
export function jsonStream<Data = ExactJson>(
  url: string | { readonly href: string },
  options: JsonStreamOptions<Data> & { numbers: "exact" },
): Stream<Data>;
export function jsonStream<Data = Json>(
  url: string | { readonly href: string },
  options?: JsonStreamOptions<Data>,
): Stream<Data>;

/** What a Bayeux client can be told. */
export interface BayeuxOptions extends Pick<StreamOptions, "headers" | "auth" | "fetch" | "retry" | "credentials"> {
  /**
   * How long an answer may take to come. A connect may take as long as the server says that it holds it, and 10 s more.
   * Default 30,000.
   */
  connectTimeout?: number;
  /**
   * Whether events come over a WebSocket where the server offers it, and by long polling while there is none; or the class
   * to use. Default: where the runtime has one, unless `headers`, `auth` or `fetch` are given, which a socket does not know.
   */
  webSocket?: boolean | (new (url: string) => any);
  /** Whether the server is to send again what did not arrive: the extension `ack`, where it has that. Default `false`. */
  ack?: boolean;
  /** Whether to learn the server's clock: the extension `timesync`. Default `false`. */
  timesync?: boolean;
  /** Whether messages say when they were sent: the extension `timestamp`. Default `false`. */
  timestamp?: boolean;
  /** Hears each change of state. */
  onState?: (state: BayeuxState, client: BayeuxClient) => void;
  /** Hears of each planned attempt. */
  onRetry?: (retry: RetryInfo, client: BayeuxClient) => void;
  /** Hears each error, whether the client goes on or not. */
  onError?: (error: BrookmarkError, client: BayeuxClient) => void;
  /** Hears the end. `error` is `null` where it was asked for. */
  onClose?: (error: BrookmarkError | null, client: BayeuxClient) => void;
}

/** What a Bayeux client is doing. */
export type BayeuxState =
  /** The engine is not loaded yet. */
  | "idle"
  /** There is no session yet, or it is not known whether it still stands. */
  | "connecting"
  /** Events may arrive. */
  | "open"
  /** Waiting for the next attempt. */
  | "waiting"
  /** For too long, more has waited for its handlers than the client keeps (8 MiB): it has left the server, and comes back when half of that is handled. */
  | "full"
  /** The page is put away. */
  | "suspended"
  /** Final. */
  | "closed";

/** What a stream of one channel can be told; headers, token and fetch are the client's. */
export interface ChannelOptions<Data = Json>
  extends Omit<StreamOptions<Data>, "start" | "headers" | "auth" | "fetch" | "connectTimeout" | "credentials" | "pauseWhenHidden"> {
  /**
   * Where to begin where no bookmark exists: -1 with new events, -2 with the oldest that the server keeps, or behind
   * the event with this id. A channel with `bookmark`, `replay` or `position` has positions: what its server keeps (as
   * Salesforce does) is lost by nothing. Default with a bookmark: -1.
   */
  replay?: -1 | -2 | Position;
  /** Where in a payload the event's position is: a JSON Pointer. Default `"/event/replayId"`, as Salesforce has it. */
  position?: string;
  /** After so long without an event, the channel is asked for anew from its position. Default `false`: never. */
  idleTimeout?: number | false;
}

/** A message as it is sent. */
export interface BayeuxMessage {
  channel: string;
  id?: string;
  clientId?: string;
  data?: Json;
  successful?: boolean;
  error?: string;
  subscription?: string | string[];
  advice?: { [name: string]: Json };
  ext?: { [name: string]: Json };
  [name: string]: unknown;
}

/**
 * Changes messages on their way. What it gives is sent or heard instead; `null` holds the message back; nothing means that
 * it is kept as it is, or as it was changed in place. What it throws is told as `"extension-failed"`, and its request counts as
 * failed, as does one of which nothing is left. Numbers that no double holds look rounded, and are sent and heard as they were.
 */
export interface BayeuxExtension {
  outgoing?: (message: BayeuxMessage) => BayeuxMessage | null | void | PromiseLike<BayeuxMessage | null | void>;
  incoming?: (message: BayeuxMessage) => BayeuxMessage | null | void | PromiseLike<BayeuxMessage | null | void>;
}

/** Counters since the client was made. */
export interface BayeuxStats {
  /** Events that a stream of the client hears. */
  readonly events: number;
  /** Events that none hears, or of an earlier session. */
  readonly unheard: number;
  /** Bytes of responses. */
  readonly bytes: number;
  /** Requests, and texts over a socket. */
  readonly requests: number;
  /** Sessions. */
  readonly sessions: number;
  /** Attempts planned after a failure. */
  readonly retries: number;
  /** Messages published. */
  readonly published: number;
  /** Errors reported. */
  readonly errors: number;
  /** Bytes received that no stream has read yet. */
  readonly unread: number;
}

export interface BayeuxEventMap {
  state: CustomEventLike<BayeuxState>;
  retry: CustomEventLike<RetryInfo>;
  error: CustomEventLike<BrookmarkError>;
  close: CustomEventLike<BrookmarkError | null>;
}

/** One session with a Bayeux server, and all channels that are heard in it. It connects by itself. */
export interface BayeuxClient {
  readonly state: BayeuxState;
  /** With `timesync`: how long a message takes, and how far the server's clock is ahead of ours. `null` until it is known. */
  readonly clock: { readonly lag: number; readonly offset: number } | null;
  /** Settles at the end: resolves where it was asked for, else rejects. */
  readonly closed: Promise<void>;
  stats(): BayeuxStats;
  /**
   * Hears a channel, or with `/*` or `/**` at the end, many. `data` is the payload. Throws `"channel-taken"` where another
   * stream of this client keeps a place in the channel, and `"closed"` once the client is.
   */
  subscribe<Data = ExactJson>(channel: string, options: ChannelOptions<Data> & { numbers: "exact" }): Stream<Data>;
  subscribe(channel: string, options: ChannelOptions<string> & { decode: "text" }): Stream<string>;
  subscribe<Data>(channel: string, options: ChannelOptions<Data> & { decode: (text: string) => Data }): Stream<Data>;
  subscribe<Data = Json>(channel: string, options?: ChannelOptions<Data>): Stream<Data>;
  /** Publishes, and gives the server's answer. It is never sent twice: an error may mean that it arrived all the same. */
  publish(channel: string, data: unknown): Promise<BayeuxMessage>;
  /** Asks a service (`"/service/…"`, or the name behind that), and gives the payload of its answer. Default timeout 30,000. */
  call(target: string, data: unknown, options?: { timeout?: number }): Promise<any>;
  /** What is published within the function travels in one request. */
  batch<Result>(body: () => Result): Result;
  /** Hears the messages on a channel or pattern, those of the protocol (`"/meta/*"`) too. Gives a function that ends it. */
  on(pattern: string, listener: (message: BayeuxMessage) => void): () => void;
  /** Adds an extension, behind those that are there; incoming messages pass them in reverse. Gives a function that ends it. */
  addExtension(extension: BayeuxExtension): () => void;
  /** Closes all streams, sends what is still to be published, and leaves. Resolves when the server knows, or cannot be reached. */
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
  dispatchEvent(event: any): boolean;
}

/** Talks to a Bayeux server: CometD, faye, Salesforce Streaming. Throws a `BrookmarkError` for a bad URL or option. */
export function bayeux(url: string | { readonly href: string }, options?: BayeuxOptions): BayeuxClient;

/** What `init` takes besides nothing: a compiled module, its bytes, or a response with them. */
export type WasmSource = object;

/** Loads the engine now. Optional, except after `brookmark/slim`, where it needs the wasm (`brookmark/brookmark.wasm`). */
export function init(source?: WasmSource | PromiseLike<WasmSource>): Promise<void>;
/**
 * Hands over the wasm of `poll()` (`brookmark/poll.wasm`) or of `bayeux()` (`brookmark/bayeux.wasm`), which have engines of
 * their own. Needed after `brookmark/slim`, and where a module cannot be imported late, as in a service worker that is no bundle.
 */
export function init(source: WasmSource | PromiseLike<WasmSource>, engine: "poll" | "bayeux"): Promise<void>;

/** Which build is at work. `engine` is `null` until it is loaded. */
export function runtimeInfo(): { readonly version: string; readonly engine: "wasm" | "js" | null };

/** A store that lasts as long as this page or process. */
export function memoryStore(): StorageLike;

/** Removes a bookmark, and the ids beside it. Throws what the store throws. */
export function clearBookmark(name: string, store?: Store): Promise<void>;

/** An event as the parser alone gives it. */
export interface ParsedEvent {
  /** The event's type; `"message"` where the source names none. */
  readonly type: string;
  /** The payload. */
  readonly data: string;
  /** The last event id in force at this event, `""` where the source gave none. */
  readonly id: string;
}

export interface SseParserOptions {
  /** Called for each event, in order. What it throws comes out of `feed`; the events behind it come with the next call. */
  onEvent?: (event: ParsedEvent) => void;
  /** Called with the source's reconnection time, in milliseconds (at most 2^32 - 1). */
  onRetry?: (time: number) => void;
  /** Called with the text of each comment. */
  onComment?: (text: string) => void;
  /** Called where an event is too large and is passed over. Without it, `feed` throws the error. */
  onError?: (error: BrookmarkError) => void;
  /** The largest event, as sent. Default 16 MiB. */
  maxEventBytes?: number;
}

/** Server-Sent Events, for those who bring their own bytes. */
export interface SseParser {
  /**
   * Parses a chunk, cut anywhere, and calls back for what it completes. Before the engine is loaded, what
   * is fed waits for it: `await init()` first, or `ready`, where the calls must come from within `feed`. Throws why
   * there is no engine, where loading it has failed.
   */
  feed(chunk: ArrayBufferView | ArrayBuffer | string): void;
  /** Forgets everything, the last event id too: a new stream begins. */
  reset(): void;
  /**
   * Settles when the engine is loaded, and what was fed before is parsed; rejects where one of the two failed. What a
   * callback throws then is an uncaught error if nobody has asked for `ready`.
   */
  readonly ready: Promise<void>;
}

/** Makes a parser of Server-Sent Events. */
export function createSseParser(options?: SseParserOptions): SseParser;

/** A record of streaming JSON as the parser alone gives it. */
export interface ParsedRecord {
  /** The JSON text, not yet parsed. */
  readonly data: string;
  /** Its number, from 1. Blanks between records are none. */
  readonly record: number;
  /** Where it begins, in bytes from the beginning of the stream. */
  readonly offset: number;
}

export interface JsonParserOptions {
  /** As in `jsonStream()`. Default `"lines"`. */
  framing?: "cr" | "lines" | "json-seq";
  /** Called for each record, in order. What it throws comes out of `feed`; the records behind it come with the next call. */
  onRecord?: (record: ParsedRecord) => void;
  /** Called where a record is cut short or too large. Without it, `feed` throws the error. */
  onError?: (error: BrookmarkError) => void;
  /** The largest record. Default 16 MiB. */
  maxEventBytes?: number;
}

/** Streaming JSON, for those who bring their own bytes. */
export interface JsonParser extends SseParser {
  /** Says that the stream has ended properly: the last record then needs no end of its own. */
  end(): void;
}

/** Makes a parser of streaming JSON, which finds records and leaves it to you to parse them. */
export function createJsonParser(options?: JsonParserOptions): JsonParser;

/** The platform's `ReadableStream`, by which `pipeThrough` knows what comes out; where the types have none, it is `any`. */
// @ts-ignore: not every platform has it
type ReadableOf<Item> = ReadableStream<Item>;

/** Bytes or texts in, events out: `body.pipeThrough(new SseDecoderStream())`. */
export class SseDecoderStream {
  /** Without `onError`, an event that is too large ends the stream with the error. */
  constructor(options?: Omit<SseParserOptions, "onEvent">);
  readonly readable: ReadableOf<ParsedEvent>;
  readonly writable: any;
}

export interface JsonDecoderOptions {
  /** As in `jsonStream()`. Default `"lines"`. */
  framing?: "cr" | "lines" | "json-seq";
  /** As in `jsonStream()`: whether what is no JSON ends the stream. */
  onBadRecord?: "stop" | "skip";
  /** Called for each record that is no JSON or too large. */
  onError?: (error: BrookmarkError) => void;
  /** As in `jsonStream()`. */
  numbers?: "exact";
  /** The largest record. Default 16 MiB. */
  maxEventBytes?: number;
}

/** Bytes or texts in, JSON values out. */
export class JsonDecoderStream {
  constructor(options?: JsonDecoderOptions);
  /** What `JSON.parse` gives. */
  readonly readable: ReadableOf<any>;
  readonly writable: any;
}
