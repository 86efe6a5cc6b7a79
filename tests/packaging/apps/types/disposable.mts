/** What the platform closes at the end of a block. */
import { bayeux, poll, sse } from "brookmark";
import { salesforce, type Login } from "brookmark/connectors";

export async function visit(auth: Login): Promise<unknown> {
  await using stream = sse("https://example.org/events");
  await using rows = poll("https://example.org/rows", { position: { item: "/id" }, resume: { query: "after" } });
  await using client = bayeux("https://example.org/cometd");
  await using org = salesforce({ auth });
  return [stream.state, rows.state, client.state, org.state];
}
