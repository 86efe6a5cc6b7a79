/** Needs no platform's types: compiled with none at all, with Node's module rules and a bundler's. */
import { BrookmarkError, clearBookmark, EventSource, init, memoryStore, runtimeInfo, sse } from "brookmark";
import type { ErrorCode, GapInfo, Json, Position, Store, Stream, StreamEvent, StreamState } from "brookmark";
import { sse as sameSse } from "brookmark/slim";
import { sse as plainSse } from "brookmark/js";

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

const values: Stream<Json> = sse({ href: "https://example.org/" }, { decode: "json", store: keyValue });
const numbers = sse("https://example.org/", { decode: (text) => text.length });

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

export const same: typeof sse = sameSse;
export const plain: typeof sse = plainSse;

// @ts-expect-error positions are text
sse("https://example.org/", { start: { position: 5 } });
// @ts-expect-error the option is called bookmark
sse("https://example.org/", { bookmarks: "deals" });
// @ts-expect-error what the wasm is loaded from is no text
init("brookmark.wasm");
