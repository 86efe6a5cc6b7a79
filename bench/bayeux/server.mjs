/**
 * CometD's server for Node, on a free port: `GET /start?count=…` has it publish so many events. Whoever sends it a message gets
 * what it has spent on its clients so far.
 */
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { createCometDServer } = createRequire(import.meta.url)("cometd-nodejs-server");

/** Published at once, as a busy application does, before the server looks at its sockets again. */
const BURST = 500;

export const CHANNEL = "/bench/deals";

/**
 * An event as Salesforce has it, of some 300 bytes. All are ASCII: cometd-nodejs-client 2.0.0 decodes each piece of a response by
 * itself, and so hears U+FFFD for a character that lies in two of them.
 */
export const eventOf = (number) => ({
  schema: "dffQ2QLzDNHqwB8_sHMxdA",
  payload: {
    CreatedDate: "2026-11-21T09:13:47.000Z",
    CreatedById: "005D0000001cSZs",
    Name__c: `Deal ${number} of Brook & sons`,
    Amount__c: number * 3.25,
    Stage__c: number % 3 ? "Prospecting" : "Closed Won",
    Owner__c: `user${number % 97}@example.org`,
  },
  event: { replayId: number, EventUuid: `e981b488-81f3-4fcc-bd6f-${String(number).padStart(12, "0")}` },
});

const cometd = createCometDServer({ maxQueue: 0 });
const channel = () => cometd.createServerChannel(CHANNEL);

let responses = 0;
const sockets = [];

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://bench");
  if (pathname !== "/start") {
    responses += 1;
    return cometd.handle(request, response);
  }
  response.end();
  const count = Number(searchParams.get("count"));
  let number = 0;
  const more = () => {
    for (let left = BURST; left > 0 && number < count; left -= 1) channel().publish(null, eventOf(++number));
    if (number < count) setImmediate(more);
  };
  setImmediate(more);
});
server.on("connection", (socket) => sockets.push(socket));
process.on("message", () => {
  const bytes = sockets.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);
  process.send({ responses, bytes });
});
server.listen(0, "127.0.0.1", () => process.send({ origin: `http://127.0.0.1:${server.address().port}`, channel: CHANNEL }));
process.on("disconnect", () => process.exit());
