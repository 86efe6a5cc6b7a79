/**
 * A service with so many rows, in a process of its own: the emulator, whose pages have 100 rows, or one with pages of 10,000 that
 * are written beforehand, so that the server is not what is measured.
 */
import { createServer } from "node:http";
import { firehoseEmulator } from "../../dist/emulators/firehose.js";

const [, , kind, count] = process.argv;
const rows = Number(count);
const PAGE = 10_000;

const SERVERS = {
  async firehose() {
    const emulator = await firehoseEmulator({ tokens: ["token"], rateLimit: Infinity });
    emulator.fill("deals", rows);
    return `${emulator.url}/v3/deals/stream?limit=100`;
  },
  pages: () =>
    new Promise((resolve) => {
      const pages = Array.from({ length: Math.ceil(rows / PAGE) }, (_, number) => page(number * PAGE));
      const server = createServer((request, response) => {
        const since = Number(new URL(request.url, "http://localhost").searchParams.get("position"));
        const body = pages[since / PAGE];
        response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
      });
      server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}/`));
    }),
};

function page(since) {
  const end = Math.min(rows, since + PAGE);
  const items = Array.from({ length: end - since }, (_, index) => row(since + 1 + index));
  return Buffer.from(`{"items":[${items.join()}],"meta":{"position":"${end}","top":${end === rows}}}`);
}

/** About as much, and as mixed, as the emulator's. */
function row(id) {
  const data = `{"id":${id},"name":"Größe ${id}","value":"${id}.50","currency":"EUR","hot":false,"owner_id":${id % 97},"stage_id":${id % 13},"tags":["a","b"],"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}`;
  return `{"data":${data},"meta":{"event_id":"${String(id).padStart(22, "e")}","event_type":"created","event_cause":"interaction","event_time":"2026-01-01T00:00:00Z","sequence":${id},"type":"deal"}}`;
}

process.send({ url: await SERVERS[kind]() });
process.once("disconnect", () => process.exit());
