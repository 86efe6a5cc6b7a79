// The promise of all promises in a browser of another make: what is kept in localStorage holds.

import assert from "node:assert/strict";
import test from "node:test";
import { openFirefox } from "../support/firefox.mjs";
import { servePages } from "../support/pages.mjs";
import { events } from "../support/server.mjs";

const VISITS = 3;

test("a page in Firefox goes on behind what it has handled, reload after reload", async (t) => {
  const requests = [];
  const visits = [];
  let allMade;
  const made = new Promise((resolve) => (allMade = resolve));
  const pages = await servePages({
    "/events": (request, response) => {
      const asked = request.headers["last-event-id"] ?? null;
      requests.push(asked);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(events(Number(asked) + 1, Number(asked) + 3));
    },
    "/told": async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      visits.push(JSON.parse(body));
      response.writeHead(200, { "content-type": "application/json" }).end(`${visits.length < VISITS}`);
      if (visits.length === VISITS) allMade();
    },
  });
  t.after(() => pages.close());
  const firefox = openFirefox(`${pages.url}/tests/browser/reload.html`);
  t.after(() => firefox.close());

  await Promise.race([made, firefox.died]);
  assert.deepEqual(requests, [null, "2", "4"]);
  assert.deepEqual(
    visits,
    [
      ["1", "2", "3"],
      ["3", "4", "5"],
      ["5", "6", "7"],
    ].map((given) => ({ given, engine: "wasm" })),
  );
});
