/** What events look like: JSON texts, since a replay id may be too long for a number. */
import { createHash, randomUUID } from "node:crypto";

/** By kind of channel. Each takes `{ channel, replayId, at, data, about }`. */
export const PAYLOADS = {
  topic({ replayId, at, data, about }) {
    const event = `{"createdDate":${timeText(at)},"replayId":${replayId},"type":${JSON.stringify(about.type ?? "created")}}`;
    return `{"event":${event},"sobject":${JSON.stringify(data)}}`;
  },
  generic({ replayId, at, data }) {
    return `{"event":{"createdDate":${timeText(at)},"replayId":${replayId}},"payload":${JSON.stringify(data)}}`;
  },
  event({ channel, replayId, at, data }) {
    const payload = { ...data, CreatedById: USER, CreatedDate: new Date(at).toISOString() };
    return enveloped(channel, replayId, payload);
  },
  change({ channel, replayId, at, data, about }) {
    return enveloped(channel, replayId, { ChangeEventHeader: { ...headerOf(channel, at), ...about }, ...data });
  },
};

const USER = "005000000000001AAA";

/** From version 37 on, times end in Z. */
const timeText = (at) => `"${new Date(at).toISOString()}"`;

function enveloped(channel, replayId, payload) {
  const schema = createHash("sha256").update(channel).digest("base64url").slice(0, 22);
  return `{"schema":"${schema}","payload":${JSON.stringify(payload)},"event":{"replayId":${replayId},"EventUuid":"${randomUUID()}"}}`;
}

/** The header of a change, for what the publisher does not say. */
function headerOf(channel, at) {
  const [, name, ofCustom] = /^\/data\/(\w+?)(__)?ChangeEvent$/.exec(channel);
  return {
    entityName: ofCustom ? `${name}__c` : name,
    recordIds: ["001000000000001AAA"],
    changeType: "CREATE",
    changeOrigin: "com/salesforce/api/rest/68.0",
    transactionKey: randomUUID(),
    sequenceNumber: 1,
    commitTimestamp: at,
    commitNumber: at * 1_000,
    commitUser: USER,
    nulledFields: [],
    diffFields: [],
    changedFields: [],
  };
}
