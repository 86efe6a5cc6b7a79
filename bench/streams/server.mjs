/**
 * The source of streams that are idle, in a process of its own: each gets one event, and then nothing. At
 * `/open` it says how many are open.
 */
import { createServer } from "node:http";

let open = 0;

const server = createServer((request, response) => {
  if (request.url === "/open") {
    response.end(`${open}`);
    return;
  }
  open += 1;
  response.on("close", () => (open -= 1));
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("id: 1\ndata: the only one\n\n");
});

server.listen(0, "127.0.0.1", () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on("disconnect", () => process.exit());
