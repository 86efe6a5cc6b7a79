/** What an event of Salesforce is about, whatever its form: only the replay id is common to all. */

/** @param event of a stream: `{ data, position, channel }` */
export function salesforcePayload({ data, position }) {
  const { event = {}, sobject, payload } = Object(data);
  const common = { replayId: position ?? String(event.replayId), uuid: event.EventUuid ?? null };
  if (sobject !== undefined) {
    return { kind: "push-topic", ...common, createdDate: event.createdDate ?? null, type: event.type, record: sobject };
  }
  if (typeof payload !== "object" || payload === null) {
    return { kind: "generic", ...common, createdDate: event.createdDate ?? null, payload };
  }
  const { ChangeEventHeader: header, ...fields } = payload;
  if (header !== undefined) {
    const createdDate = header.commitTimestamp === undefined ? null : new Date(header.commitTimestamp).toISOString();
    /* The service has lost sight of what has changed: the record, or all of them, are to be read anew. */
    const isGap = String(header.changeType).startsWith("GAP_");
    return { kind: "change", ...common, createdDate, header, isGap, fields };
  }
  return { kind: "platform-event", ...common, createdDate: payload.CreatedDate ?? null, fields };
}
