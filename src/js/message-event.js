/** `MessageEvent`: the platform's, or one of the same shape. */

let Message;

/** @param fields `{ data, lastEventId, origin }` */
export function messageEvent(type, fields) {
  Message ??= knowsAllFields() ? globalThis.MessageEvent : OwnMessageEvent;
  return new Message(type, fields);
}

class OwnMessageEvent extends Event {
  source = null;
  ports = Object.freeze([]);

  constructor(type, { data, lastEventId, origin }) {
    super(type);
    this.data = data;
    this.lastEventId = lastEventId;
    this.origin = origin;
  }

  get [Symbol.toStringTag]() {
    return "MessageEvent";
  }
}

/** Some runtimes have none, or one for their own messages only. */
function knowsAllFields() {
  try {
    const event = new globalThis.MessageEvent("x", { data: "1", lastEventId: "2", origin: "https://a.test" });
    return event.data === "1" && event.lastEventId === "2" && event.origin === "https://a.test";
  } catch {
    return false;
  }
}
