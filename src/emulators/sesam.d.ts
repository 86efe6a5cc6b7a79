/**
 * An emulator of Sesam for tests: datasets to pull from by the JSON Pull Protocol, and faults on command. It
 * needs Node and listens on loopback.
 */

export interface SesamDatasetOptions {
  name: string;
  /**
   * What `_updated` looks like: an integer (default), the same as a text (`"9"` is bytewise greater than `"12"`), a time
   * with microseconds, or a text that only the source can put in order.
   */
  updated?: "integer" | "digits" | "datetime" | "opaque";
  /** `_updated` of the first change, if it is an integer. Default 0. */
  first?: number | bigint;
  /** Whether entities come in the order of their changes. Default true. */
  chronological?: boolean;
  /** Whether `since` is supported; it is passed over where not. Default true. */
  since?: boolean;
  /** Entities that an answer has at most, whatever limit is asked for. Default: none. */
  cap?: number;
  /** What subsets can be asked for, such as `"_S.country"` for `["eq", "_S.country", "no"]`. Default: none. */
  subsets?: readonly string[];
  /** `X-Dataset-Populated`. Default true. */
  populated?: boolean;
  /** `X-Dataset-Filtered`. Default false; true where a subset is asked for. */
  filtered?: boolean;
}

export interface SesamEmulatorOptions {
  /** Default 0: a free one. */
  port?: number;
  /** The bearer token. Default `"token"`; null where none is needed. */
  token?: string | null;
  /** Default `["items"]`. */
  datasets?: readonly (string | SesamDatasetOptions)[];
}

/** What is put into a dataset. A `Date` in it travels as `"~t2018-04-27T15:46:40.000Z"`. */
export interface SesamEntity {
  _id: string;
  _deleted?: unknown;
  _filtered?: unknown;
  [more: string]: unknown;
}

/** What a dataset hands out. */
export interface SesamPulledEntity extends SesamEntity {
  _updated: number | string;
  /** `_updated` of the entity's version before. */
  _previous: number | string | null;
  /** Microseconds since 1970. */
  _ts: number;
  _hash: string;
}

/** A request that was made, whatever became of it. */
export interface SesamRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Without the token. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Once it is answered, or null. */
  readonly status: number | null;
}

export interface SesamEmulator {
  readonly url: string;
  readonly requests: readonly SesamRequest[];
  /** Where a dataset is pulled from. */
  endpoint(dataset: string): string;
  /** Adds entities, or changes them. */
  put(dataset: string, ...entities: readonly SesamEntity[]): void;
  /** Puts each of them with `_deleted: true` and nothing else. */
  delete(dataset: string, ...ids: readonly string[]): void;
  /** All entities, deleted ones too, as they are handed out. */
  entities(dataset: string): SesamPulledEntity[];
  /** Drops the dataset and creates it again, empty, with a generation of its own. */
  drop(dataset: string): void;
  /** Restores a backup: of all changes, numbered from 0, those behind this one are forgotten. */
  restore(dataset: string, number: number): void;
  /** Changes what is said of the dataset, or its cap. `completeness` is in microseconds; it is always now where not given. */
  describe(dataset: string, how: { populated?: boolean; filtered?: boolean; completeness?: number; cap?: number }): void;
  /** Breaks off answers with status 200 behind so many entities: the text of an exception follows instead of `]`. */
  breakOff(how?: { after?: number; times?: number }): void;
  /** The emulator's clock, which can be moved on. */
  readonly now: number;
  advance(milliseconds: number): void;
  /** Cuts the next connections behind so many bytes of a body. */
  cut(how?: { after?: number; times?: number }): void;
  /** Ends the next bodies behind so many bytes as if that were all; behind half of them where not given. */
  truncate(how?: { after?: number; times?: number }): void;
  /** Answers the next requests with a page, status 200, as a network's login does. */
  html(how?: { times?: number }): void;
  /** Answers requests later. */
  delay(how: { duration: number; times?: number }): void;
  /** Answers requests with an error: so many of them, or all until `accept()`. */
  refuse(how?: { status?: number; times?: number; retryAfter?: number | string }): void;
  /** Forgets all planned faults. */
  accept(): void;
  /** Goes away, with all connections; datasets are kept. */
  stop(): Promise<void>;
  /** Comes back at the same address. */
  start(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts an emulator. */
export function sesamEmulator(options?: SesamEmulatorOptions): Promise<SesamEmulator>;
