/** The examples, run against servers on this machine. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { answer } from "../../examples/llm.mjs";

const LLM = fileURLToPath(new URL("../../examples/llm.mjs", import.meta.url));
const piece = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** A model's server: `respond(response)` writes the stream; what it was asked is in `asked`. */
async function model(t, respond) {
  const asked = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    asked.push({ method: request.method, token: request.headers.authorization, ...JSON.parse(body) });
    response.writeHead(200, { "content-type": "text/event-stream" });
    respond(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/v1/chat`, asked };
}

test("llm: the answer is printed to its end, which [DONE] says", async (t) => {
  const { url, asked } = await model(t, (response) => {
    response.write(piece("Light is ") + ": ping\n\n");
    /* Left open: the end is said, not shown. */
    response.write(`${piece("scattered ☀.")}data: [DONE]\n\n`);
  });
  const env = { ...process.env, API_KEY: "k-1" };
  const { stdout } = await promisify(execFile)(process.execPath, [LLM, url, "Why?"], { env });
  assert.equal(stdout, "Light is scattered ☀.\n");
  const messages = [{ role: "user", content: "Why?" }];
  assert.deepEqual(asked, [{ method: "POST", token: "Bearer k-1", model: "small", stream: true, messages }]);
});

test("llm: a failure within the stream is an error, and the POST is not repeated", async (t) => {
  for (const failure of ["event: error\ndata: {\"error\":{\"message\":\"overloaded\"}}\n\n", 'data: {"error":{"message":"overloaded"}}\n\n']) {
    const { url, asked } = await model(t, (response) => response.end(piece("Li") + failure));
    const pieces = [];
    const read = async () => {
      for await (const text of answer(url, "Why?")) pieces.push(text);
    };
    await assert.rejects(read(), /the model failed: overloaded/);
    assert.deepEqual([pieces, asked.length], [["Li"], 1]);
  }
});

test("llm: whoever stops reading aborts the request", async (t) => {
  let closed;
  const { url } = await model(t, (response) => {
    closed = once(response, "close");
    response.write(piece("one ") + piece("two "));
  });
  for await (const text of answer(url, "Why?")) {
    assert.equal(text, "one ");
    break;
  }
  await closed;
});
