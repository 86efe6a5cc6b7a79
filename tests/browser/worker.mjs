// A dedicated worker that consumes the URL it is sent and tells each id, and what its runtime is.

import { runtimeInfo, sse } from "/dist/index.js";

globalThis.onmessage = ({ data: url }) => {
  sse(url, {
    onEvent: (event) => postMessage({ id: event.id, engine: runtimeInfo().engine }),
  });
};
