/** Connectors: sources that need more than an address. */
import type { AttemptInfo, Json, Stream, StreamOptions } from "brookmark";

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
