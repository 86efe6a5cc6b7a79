/**
 * The source, in a process of its own: sends W1 as fast as the network takes it, to whoever asks. Its
 * argument is how many events; the parent process is told the URL, and what a client has to see.
 */
import { createServer } from "node:http";
import { cut, workload } from "../workloads.mjs";

const count = Number(process.argv[2]);
const { bytes, events, types } = workload("W1", count * 200, count);
const chunks = cut(bytes, 65_536);

const server = createServer((request, response) => {
  /* The pages that read it come from another port. */
  const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
  response.writeHead(200, { ...headers, "content-type": "text/event-stream", "cache-control": "no-store" });
  let next = 0;
  const send = () => {
    while (next < chunks.length) {
      if (!response.write(chunks[next++])) {
        response.once("drain", send);
        return;
      }
    }
    response.end();
  };
  send();
});

server.listen(0, "127.0.0.1", () => {
  const length = events.reduce((sum, { data }) => sum + data.length, 0);
  process.send({ url: `http://127.0.0.1:${server.address().port}/`, types, expected: { count: events.length, length } });
});
process.on("disconnect", () => process.exit());
