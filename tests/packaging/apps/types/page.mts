/** What the DOM offers fits as it is. */
import { init, sse } from "brookmark/slim";
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

const events: ReadableStream = stream.readable;
export const reader = events.getReader();
