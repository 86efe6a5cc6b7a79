/**
 * An emulator of HubSpot's CRM objects for tests: lists, searches with their limits, an index that is behind, and
 * faults on command. It needs Node and listens on loopback.
 */

export interface HubspotToken {
  token: string;
  /** To an OAuth app, answers tell nothing of the day's limit. Default `"private-app"`. */
  kind?: "private-app" | "oauth";
  /** The types of objects that it may see. Default: all. */
  objects?: readonly string[];
  /** When it expires, in milliseconds on the emulator's clock. Default: never. */
  expires?: number;
}

export interface HubspotEmulatorOptions {
  /** Default 0: a free one. */
  port?: number;
  /** Default `["token"]`. */
  tokens?: readonly (string | HubspotToken)[];
  /** The types of objects. Default contacts, companies, deals and tickets. */
  objects?: readonly string[];
  /** Milliseconds until a change can be searched; a function is asked for each change. Default 0. */
  indexDelay?: number | (() => number);
  /** Requests that are allowed: in ten seconds (default 100), searches in one second (5), and in a day (250,000). */
  rates?: { general?: number; search?: number; daily?: number };
  /** Whether a refusal for a limit says when to come again, in Retry-After. Default false. */
  retryAfter?: boolean;
  /** When the account's day begins, in minutes behind midnight, UTC. Default 0. */
  dayBegins?: number;
}

export interface HubspotObject {
  /** Digits. */
  id: string;
  properties: Record<string, string | null>;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  archivedAt?: string;
}

/** What a property is set to. Replies have texts only; a property's kind is that of its first value. */
export type HubspotProperties = Record<string, string | number | boolean | Date | null>;

/** A request that was made, whatever became of it. */
export interface HubspotRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** What was posted, as text. */
  readonly body?: string;
  /** Without the token. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Once it is answered, or null. */
  readonly status: number | null;
}

export interface HubspotEmulator {
  /** What `https://api.hubapi.com` is to the service. */
  readonly url: string;
  readonly requests: readonly HubspotRequest[];
  /** The emulator's clock, by which objects are changed, indexed and counted. */
  readonly now: number;
  /** Moves the clock. */
  advance(milliseconds: number): void;
  /** Adds a token. */
  grant(token: string | HubspotToken): void;
  /** Lets a token expire now. */
  expire(token: string): void;
  create(type: string, properties?: HubspotProperties): HubspotObject;
  /** Creates objects that all have one time of creation and change. */
  createMany(type: string, count: number, properties?: (n: number) => HubspotProperties): void;
  update(type: string, id: string, properties: HubspotProperties): HubspotObject;
  /** A bulk update: all objects that are not archived, with one time of change. */
  updateAll(type: string, properties: HubspotProperties): void;
  archive(type: string, id: string): HubspotObject;
  /** All objects with all properties, archived ones too. */
  objects(type: string): HubspotObject[];
  /** Cuts the next connections behind so many bytes of a body. */
  cut(how?: { after?: number; times?: number }): void;
  /** Ends the next bodies behind so many bytes as if that were all; behind half of them where not given. */
  truncate(how?: { after?: number; times?: number }): void;
  /** Answers the next requests with a page, status 200, as a network's login does. */
  html(how?: { times?: number }): void;
  /** Answers requests later. */
  delay(how: { duration: number; times?: number }): void;
  /** Answers requests with an error, or as if a limit of that name were met: so many of them, or all until `accept()`. */
  refuse(how?: {
    status?: number;
    policy?: "DAILY" | "TEN_SECONDLY_ROLLING" | "SECONDLY";
    times?: number;
    retryAfter?: number | string;
  }): void;
  /** Forgets all planned faults. */
  accept(): void;
  /** Goes away, with all connections; objects are kept. */
  stop(): Promise<void>;
  /** Comes back at the same address. */
  start(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts an emulator. */
export function hubspotEmulator(options?: HubspotEmulatorOptions): Promise<HubspotEmulator>;
