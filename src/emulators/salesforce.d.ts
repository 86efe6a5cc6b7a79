/**
 * An emulator of Salesforce Streaming for tests: OAuth, the streaming endpoint, events with replay, and the service's
 * errors on command. It needs Node and listens on loopback.
 */

export interface SalesforceUser {
  username: string;
  password?: string;
  /** Behind the password, where the service wants it. */
  securityToken?: string;
}

/** A connected app. */
export interface SalesforceApp {
  clientId: string;
  /** Default: none, as public apps have. */
  clientSecret?: string;
  /** Name of the user as whom client credentials log in. */
  runAs?: string;
  /** Of the key that signs assertions (RS256): PEM, JWK, or a key object. */
  publicKey?: string | object;
}

export interface SalesforceEmulatorOptions {
  /** Default 0: a free one. */
  loginPort?: number;
  instancePort?: number;
  /** Default: `ada@example.com` with the password `password` and the security token `token`. */
  users?: readonly SalesforceUser[];
  /** Default: `client-id` with the secret `client-secret`, which runs as `ada@example.com`. */
  apps?: readonly SalesforceApp[];
  /** Milliseconds after its last use for which an access token is good. Default: two hours. */
  tokenLifetime?: number;
  /** Whether each use of a refresh token gives a new one and ends the old one. Default: false. */
  rotateRefreshTokens?: boolean;
  /**
   * What is special about channels: the channels that a custom one (`__chn`) stands for, and the fields by which a PushTopic
   * may be filtered. Others exist when their names have a form that the service knows.
   */
  channels?: Readonly<Record<string, { members?: readonly string[]; fields?: readonly string[] }>>;
  /** Replay ids are above this integer. Default `"1000"`; one of 64 bits is fine. */
  replayIdsAbove?: string | bigint;
  /** How fast the service's clock runs. With 1000, a connect is held for 110 milliseconds. Default 1. */
  speed?: number;
  limits?: {
    /** Concurrent clients. Default 2,000. */
    clients?: number;
    /** Events delivered within 24 hours, to all clients. Default 1,000,000. */
    deliveries?: number;
    /** Of a request to the streaming endpoint. Default 32,768. */
    requestBytes?: number;
  };
  /** Whether pages of other origins may use the streaming endpoint, which the service does not allow. Default: false. */
  allowPages?: boolean;
}

/** Each stands for an error that the service documents, or that users saw. */
export type SalesforceError =
  | "authentication-invalid"
  | "authentication-required"
  | "unknown-client"
  | "unknown-client-none"
  | "disconnect"
  | "disconnect-unknown-client"
  | "replay-invalid"
  | "replay-not-in-map"
  | "cookie-missing"
  | "user-mismatch"
  | "version-missing"
  | "version-unsupported"
  | "connection-type"
  | "channel-unknown"
  | "channel-missing"
  | "channel-slash"
  | "fields-unknown"
  | "channel-case"
  | "not-handshaken"
  | "concurrent-users"
  | "connections-per-server"
  | "daily-limit"
  | "create-denied"
  | "subscribe-denied"
  | "publish-denied"
  | "restricted-channel"
  | "user-not-enabled"
  | "view-all-data"
  | "topic-limit"
  | "cannot-create"
  | "no-access"
  | "channel-limit"
  | "unknown-channel"
  | "busy"
  | "session-unknown"
  | "unknown-client-faye"
  | "too-large"
  | "html"
  | "unavailable"
  | "server-error"
  | "empty"
  | "invalid-grant"
  | "expired-refresh-token"
  | "invalid-client"
  | "invalid-client-id"
  | "retry-your-request";

/** The kind of message or request that meets a fault; `resubscribe` is a subscription to a channel that had one before. */
export type SalesforcePlace =
  | "handshake"
  | "connect"
  | "subscribe"
  | "resubscribe"
  | "unsubscribe"
  | "publish"
  | "disconnect"
  | "token"
  | "any";

/** A request that was made, whatever became of it. */
export interface SalesforceRequest {
  readonly at: number;
  readonly host: "login" | "instance";
  readonly method: string;
  readonly path: string;
  /** Null while there is no answer, or where it was cut. */
  readonly status: number | null;
  /** Of the streaming endpoint: what was sent, with replay ids as texts. */
  readonly messages?: ReadonlyArray<Readonly<Record<string, unknown>> & { readonly channel: string }>;
  /** Of the token endpoint. */
  readonly grant?: string | null;
  /** The errors of the messages that answered it. */
  readonly errors: readonly string[];
}

export interface SalesforceSession {
  readonly clientId: string;
  readonly user: string;
  /** As they were subscribed to. */
  readonly channels: readonly string[];
  /** Events that wait for the next connect. */
  readonly queued: number;
  /** Whether a connect is held. */
  readonly isHeld: boolean;
}

export interface SalesforceEmulator {
  /** What `https://login.salesforce.com` is to the service. */
  readonly loginUrl: string;
  /** What `https://MyDomain.my.salesforce.com` is. */
  readonly instanceUrl: string;
  /** The service's clock, in milliseconds since 1970. */
  readonly now: number;
  readonly requests: readonly SalesforceRequest[];
  readonly sessions: readonly SalesforceSession[];
  /**
   * Publishes an event and returns its replay id. `data` is the record of a PushTopic (`/topic/…`), the payload of a generic event
   * (`/u/…`), or the fields of a platform event (`/event/…`) or a change (`/data/…`). `about` has the `type` of a PushTopic's
   * event, or what the header of a change has to say.
   */
  publish(channel: string, data: unknown, about?: Record<string, unknown>): string;
  /** A new access token, without a request. Default: for the first user that there is by default. */
  login(username?: string): { accessToken: string; instanceUrl: string };
  /** A new refresh token, which the service would give by way of a browser. */
  refreshToken(username?: string): string;
  /**
   * Answers with an error: the next request, or so many, in the service's own words and with its own advice, unless `advice` says
   * another one. A connect that is held meets it at once. `met` grows with each request that met it.
   */
  fail(fault: { at: SalesforcePlace; row: SalesforceError; times?: number; advice?: "retry" | "handshake" | "none" }): { readonly met: number };
  /** Cuts the next answer behind so many bytes of its body, or, without a number, all connects that are held, now. */
  cut(how?: { at?: SalesforcePlace; after?: number; times?: number }): void;
  /** Takes back what `fail` and `cut` ordered. */
  accept(): void;
  /** Revokes a token of either kind, or all access tokens. */
  expireToken(token?: string): void;
  /** Forgets all events that were published so far. */
  expireReplay(): void;
  /**
   * Moves all clients to another server, where their sessions are unknown. `disconnect` has held connects told by a bare
   * `/meta/disconnect` too.
   */
  moveSession(how?: { advice?: "retry" | "handshake" | "none"; disconnect?: boolean }): void;
  /** Moves the org to another address, which new tokens name; events and tokens are kept. */
  moveInstance(): Promise<void>;
  /** Moves the service's clock on. */
  advance(milliseconds: number): void;
  /** Goes away, with all connections; events, tokens and sessions are kept. */
  stop(): Promise<void>;
  /** Comes back at the same addresses. */
  start(): Promise<void>;
  restart(): Promise<void>;
}

/** The errors that `fail` knows. */
export const salesforceErrors: readonly SalesforceError[];

/** Starts an emulator. */
export function salesforceEmulator(options?: SalesforceEmulatorOptions): Promise<SalesforceEmulator>;
