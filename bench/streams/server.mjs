/**
 * The source of streams that are idle, in a process of its own. Each gets one event and then nothing; at `/burst`,
 * that comes behind 64 kB of others. At `/open` it says how many are open.
 */
import { createServer } from "node:http";
import { workload } from "../workloads.mjs";

const LAST = "id: 1\ndata: the last one\n\n";
const burst = Buffer.concat([workload("W1", 65_536).bytes, Buffer.from(LAST)]);
let open = 0;

const server = createServer((request, response) => {
  if (request.url === "/open") {
    response.end(`${open}`);
    return;
  }
  open += 1;
  response.on("close", () => (open -= 1));
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(request.url === "/burst" ? burst : LAST);
});

server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on("disconnect", () => process.exit());
