// A visit to a Bayeux server from workerd: a request brings the plan, and is answered with what was heard.

import { bayeux, runtimeInfo } from "brookmark";

export default {
  async fetch(request) {
    const { url, count, options } = await request.json();
    const codes = [];
    const client = bayeux(url, { ...options, onError: ({ code }) => void codes.push(code) });
    const stream = client.subscribe("/a/*");
    const heard = [];
    const opened = new Promise((resolve) => {
      stream.addEventListener("state", ({ detail }) => detail === "open" && resolve());
    });
    const events = stream[Symbol.asyncIterator]();
    let next = events.next();
    await opened;
    const replies = await Promise.all(client.batch(() => [1, 2].map((number) => client.publish("/a/b", number))));
    while (heard.length < count) {
      const { value } = await next;
      heard.push([value.channel, value.data]);
      next = events.next();
    }
    next.catch(() => {});
    await client.close();
    const { sessions } = client.stats();
    const answered = replies.every(({ successful }) => successful);
    return Response.json({ heard, answered, sessions, codes, engine: runtimeInfo().engine });
  },
};
