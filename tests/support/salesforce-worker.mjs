// A worker that logs in at Salesforce by an assertion that it signs, and hears so many events.

import { oauth, salesforce } from "brookmark/connectors";

export default {
  async fetch(request) {
    const { loginUrl, privateKey, channels, count } = await request.json();
    const auth = oauth.jwtBearer({ clientId: "client-id", username: "ada@example.com", privateKey, loginUrl });
    const client = salesforce({ auth, channels, replay: -2, retry: { min: 20 } });
    const ids = [];
    for await (const { position } of client.events()) if (ids.push(position) === count) break;
    await client.stop();
    return Response.json({ ids, sessions: client.stats().sessions });
  },
};
