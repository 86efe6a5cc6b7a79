/** A service with so many rows, in a process of its own: the emulator, whose pages have 100 rows, or one with pages of 10,000. */
import { createServer } from "node:http";

const [, , kind, count] = process.argv;
const rows = Number(count);

const SERVERS = {
  async firehose() {
    const { firehoseEmulator } = await import("brookmark/emulators/firehose");
    const emulator = await firehoseEmulator({ tokens: ["token"], rateLimit: Infinity });
    emulator.fill("deals", rows);
    return emulator.url;
  },
  pages: () =>
    new Promise((resolve) => {
      const server = createServer((request, response) => {
        const since = Number(new URL(request.url, "http://localhost").searchParams.get("position"));
        const end = Math.min(rows, since + 10_000);
        const items = [];
        for (let id = since + 1; id <= end; id += 1) items.push(row(id));
        response.setHeader("content-type", "application/json");
        response.end(`{"items":[${items.join()}],"meta":{"position":"${end}","top":${end === rows}}}`);
      });
      server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${server.address().port}`));
    }),
};

/** About as much, and as mixed, as the emulator's. */
function row(id) {
  const data = `{"id":${id},"name":"Größe ${id}","value":"${id}.50","currency":"EUR","hot":false,"owner_id":${id % 97},"stage_id":${id % 13},"tags":["a","b"],"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}`;
  return `{"data":${data},"meta":{"event_id":"${String(id).padStart(22, "e")}","event_type":"created","event_cause":"interaction","event_time":"2026-01-01T00:00:00Z","sequence":${id},"type":"deal"}}`;
}

process.send({ url: await SERVERS[kind]() });
process.once("disconnect", () => process.exit());
