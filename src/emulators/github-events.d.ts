/**
 * An emulator of GitHub's events API for tests: feeds, conditional requests, rate limits, late arrivals, and faults on
 * command. It needs Node and listens on loopback.
 */

export interface GithubEventsEmulatorOptions {
  /** Default `["token"]`. Who brings none is anonymous. */
  tokens?: readonly string[];
  /** Default 0: a free one. */
  port?: number;
  /** Repositories that are there before their first event. Default `["acme/app"]`. */
  repos?: readonly string[];
  /** Seconds between two polls, as the service asks for. Default 60. */
  pollInterval?: number;
  /** Requests an hour of a token. Default 5,000. */
  rateLimit?: number;
  /** The same without one. Default 60. */
  anonymousRateLimit?: number;
  /** How a request beyond the rate limit is answered. Default 403. */
  limitStatus?: 403 | 429;
  /** The number behind which ids begin. Default `"9999990000"`: they soon have a digit more. */
  firstId?: string;
}

/** What can be said of an event; all of it has defaults. */
export interface GithubEventFields {
  /** Default `"PushEvent"`. */
  type?: string;
  /** A login. Default `"ada"`. */
  actor?: string;
  /** Default `"acme/app"`. */
  repo?: string;
  org?: string;
  payload?: Record<string, unknown>;
}

export interface GithubEvent {
  /** A decimal number. Newer ones are mostly greater. */
  id: string;
  type: string;
  actor: { login: string; [more: string]: unknown };
  repo: { name: string; [more: string]: unknown };
  payload: Record<string, unknown>;
  public: boolean;
  created_at: string;
  org?: { login: string; [more: string]: unknown };
}

/** A request that was made, whatever became of it. */
export interface GithubEventsRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Without the token; names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** `null` until it is answered. */
  readonly status: number | null;
}

/** How often a fault comes, and to whom. */
export interface GithubEventsFault {
  /** How many requests meet it. */
  times?: number;
  /** Only those whose path begins so, such as `"/repos/"`. */
  path?: string;
}

export interface GithubEventsEmulator {
  /** What `https://api.github.com` is to the service. */
  readonly url: string;
  readonly requests: readonly GithubEventsRequest[];
  /** What its clock shows: milliseconds since 1970. */
  readonly now: number;
  /** Seconds; it may change. */
  pollInterval: number;
  /**
   * Publishes an event, and gives it. `late`: it happened before so many of the newest, and appears behind them only
   * now.
   */
  publish(event?: GithubEventFields, how?: { late?: number }): GithubEvent;
  /** Moves the clock on. */
  advance(milliseconds: number): void;
  /** The secondary rate limit. Default: 403 without Retry-After, for one request. */
  limit(how?: GithubEventsFault & { status?: 403 | 429; retryAfter?: number | string }): void;
  /** Answers requests with an error: so many of them, or all until `accept()`. Default 503. */
  refuse(how?: GithubEventsFault & { status?: number; retryAfter?: number | string }): void;
  /** Cuts the connection after so many bytes of a body. Default: none, and one request. */
  cut(how?: GithubEventsFault & { after?: number }): void;
  /** Answers with a proper end after so many bytes of the body. Default: half of them, and one request. */
  truncate(how?: GithubEventsFault & { after?: number }): void;
  /** Answers with a page for people, and status 200. Default: one request. */
  html(how?: GithubEventsFault): void;
  /** Answers later by so many milliseconds, until `accept()`. */
  delay(how: GithubEventsFault & { duration: number }): void;
  /** Ends all faults. */
  accept(): void;
  /** Goes away, with all connections; everything else is kept. */
  stop(): Promise<void>;
  /** Comes back at the same address. */
  start(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts an emulator. */
export function githubEventsEmulator(options?: GithubEventsEmulatorOptions): Promise<GithubEventsEmulator>;
