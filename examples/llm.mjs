/**
 * Prints a language model's answer while it is written: a POST whose response is an event stream.
 *
 *     API_KEY=… node examples/llm.mjs https://api.example.org/v1/chat/completions "Why is the sky blue?"
 *
 * A POST is sent once and never repeated by itself, since each one costs money.
 */
import { argv, env, stdout } from "node:process";
import { pathToFileURL } from "node:url";
import { sse } from "brookmark";

/** The pieces of the answer. Whoever stops reading (`break`) aborts the request. */
export async function* answer(url, question, { token, model = "small" } = {}) {
  const stream = sse(url, {
    method: "POST",
    body: { model, stream: true, messages: [{ role: "user", content: question }] },
    auth: token,
    decode: "json",
    done: "[DONE]",
  });
  for await (const { type, data } of stream) {
    /* The status was 200 long ago: a failure comes as an event, or as a payload with an error. */
    if (type === "error" || data.error) throw new Error(`the model failed: ${data.error?.message ?? "no reason given"}`);
    const piece = data.choices?.[0]?.delta?.content;
    if (piece) yield piece;
  }
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  const [, , url, question] = argv;
  for await (const piece of answer(url, question, { token: env.API_KEY })) stdout.write(piece);
  stdout.write("\n");
}
