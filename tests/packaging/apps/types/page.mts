/** What the DOM offers fits as it is. */
import { pullHandler } from "brookmark/connectors";
import { JsonDecoderStream, SseDecoderStream } from "brookmark/parse";
import { EventSource as Own, init, sse } from "brookmark/slim";
import wasm from "brookmark/brookmark.wasm";

const controller = new AbortController();
const stream = sse(new URL("https://example.org/events"), {
  store: localStorage,
  signal: controller.signal,
  fetch,
  headers: new Headers({ accept: "text/event-stream" }),
  credentials: "include",
});

export const loading: Promise<void>[] = [
  init(wasm),
  init(fetch("/brookmark.wasm")),
  init(new Uint8Array()),
  init(new WebAssembly.Module(new Uint8Array())),
];

export async function parse({ body }: Response, { body: lines }: Response): Promise<string | undefined> {
  const one = await body?.pipeThrough(new SseDecoderStream()).getReader().read();
  const two = await lines?.pipeThrough(new JsonDecoderStream({ numbers: "exact" })).getReader().read();
  return one?.value?.data.concat(two?.value.id);
}

const events: ReadableStream = stream.readable;
export const reader = events.getReader();

/* In the place of the platform's own, and wherever that is asked for. */
globalThis.EventSource = Own;
export const source: EventSource = new Own("/events", { withCredentials: true, headers: { accept: "text/event-stream" } });
export const constructed: EventSource[] = [Own].map((Class: typeof globalThis.EventSource) => new Class(new URL("https://example.org/")));
source.onmessage = (event: MessageEvent<string>) => event.data;
const own = Own.fromReadableStream(new ReadableStream<Uint8Array>());
own.onerror = (event: Event) => event.type;
own.addEventListener("deal", (event) => event.data, { once: true });
own.addEventListener("message", ({ data, lastEventId, origin }) => [data, lastEventId, origin]);

export const worker: { fetch(request: Request): Promise<Response> } = {
  fetch: pullHandler(async function* () {
    yield { _id: "a" };
  }),
};
