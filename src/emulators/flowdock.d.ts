/**
 * An emulator of Flowdock for tests: the streaming API in both formats, the part of the REST API
 * that lists and posts messages, and faults on command. It needs Node and listens on loopback.
 */

export interface FlowdockUser {
  id: number;
  nick: string;
  name?: string;
  email?: string;
  password?: string;
  /** Of an API token or an OAuth token, which are told apart by how they are sent. */
  token?: string;
  /** Paths of the flows that the user is a member of. Default: all. */
  flows?: readonly string[];
}

export interface FlowdockFlow {
  /** `"organization/flow"`. */
  path: string;
  /** The id by which messages name it. Default: the path with a colon, as old flows have it. */
  id?: string;
  name?: string;
}

export interface FlowdockEmulatorOptions {
  /** Default `["acme/main"]`. */
  flows?: readonly (string | FlowdockFlow)[];
  /** Default: one user with the token `"token"`. */
  users?: readonly FlowdockUser[];
  /** Default 0: a free one. */
  streamPort?: number;
  apiPort?: number;
  /** Milliseconds of silence after which a sign of life is sent. Default 30,000. */
  keepAlive?: number;
  /** Messages that may wait for a client that does not read, before it is cut off. Default 1,000. */
  maxLag?: number;
}

export interface FlowdockMessage {
  /** Grows within its flow or conversation; others use the same numbers. */
  id: number;
  event: string;
  content: unknown;
  tags: string[];
  /** Id of the flow. Not with private messages. */
  flow?: string;
  /** Id of the user to whom a private message goes. */
  to?: string;
  /** Id of the user, `"0"` where there is none. */
  user: string;
  uuid: string | null;
  sent: number;
  app: string | null;
  attachments: unknown[];
  created_at: string;
  [more: string]: unknown;
}

/** A request that was made, whatever became of it. */
export interface FlowdockRequest {
  readonly at: number;
  readonly host: "stream" | "api";
  readonly method: string;
  readonly path: string;
  /** Without the token. */
  readonly query: Readonly<Record<string, string>>;
  readonly lastEventId: string | null;
}

export interface FlowdockEmulator {
  /** What `https://stream.flowdock.com` is to the service. */
  readonly streamUrl: string;
  /** What `https://api.flowdock.com` is. */
  readonly apiUrl: string;
  readonly requests: readonly FlowdockRequest[];
  /** Streams that are open. */
  readonly connections: number;
  /** Posts to a flow, named by path or id. A text is a chat message. `user` is an id. */
  post(flow: string, message: string | { content: unknown; user?: number; [more: string]: unknown }): FlowdockMessage;
  /** All stored messages of a flow. */
  messages(flow: string): FlowdockMessage[];
  /** Cuts the open streams, now or when each has sent so many more bytes, in the middle of a message perhaps. */
  cut(how?: { after?: number }): void;
  /** Ends the open streams properly. */
  end(): void;
  /** Answers requests with an error: so many of them, or all until `accept()`; of one host or of both. */
  refuse(how?: { status?: number; host?: "stream" | "api"; times?: number; retryAfter?: number | string }): void;
  accept(): void;
  /** Goes away, with all connections; messages are kept. */
  stop(): Promise<void>;
  /** Comes back at the same addresses. */
  start(): Promise<void>;
  restart(): Promise<void>;
}

/** Starts an emulator. */
export function flowdockEmulator(options?: FlowdockEmulatorOptions): Promise<FlowdockEmulator>;
