/** `MessageEvent`: the platform's, or one of the same shape. */

let Message;

/** @param fields `{ data, lastEventId, origin }` */
export function messageEvent(type, fields) {
  Message ??= chosen(globalThis.MessageEvent);
  return new Message(type, fields);
}

/** Some runtimes have none; workerd's is for its sockets, and knows of no id and no origin. */
function chosen(platform) {
  if (!platform) return withFields(Event);
  const { lastEventId, origin } = new platform("x", { lastEventId: "1", origin: "https://a.test" });
  return lastEventId === "1" && origin === "https://a.test" ? platform : withFields(platform);
}

function withFields(Base) {
  return class extends Base {
    constructor(type, fields) {
      super(type, fields);
      for (const [name, value] of Object.entries({ source: null, ports: Object.freeze([]), ...fields })) {
        Object.defineProperty(this, name, { value, enumerable: true, configurable: true });
      }
    }

    get [Symbol.toStringTag]() {
      return "MessageEvent";
    }
  };
}
