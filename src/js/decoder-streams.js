/** The parsers as transform streams: `body.pipeThrough(new SseDecoderStream())`. */
import { badRecord } from "./errors.js";
import { parseExact } from "./exact.js";
import { checkObject, oneOf, optional } from "./options.js";
import { createJsonParser, createSseParser } from "./parser.js";

/** Bytes or texts in, events of Server-Sent Events out. */
export class SseDecoderStream {
  constructor(options = {}) {
    checkObject(options);
    /* What nobody takes is thrown, which ends the stream. */
    const make = (controller) => createSseParser({ ...options, onEvent: (event) => controller.enqueue(event) });
    Object.assign(this, transform(make));
  }
}

/** Bytes or texts in, JSON values out. */
export class JsonDecoderStream {
  constructor(options = {}) {
    checkObject(options);
    const onError = optional("onError", options.onError, "function") ?? ignore;
    const parse = oneOf("numbers", options.numbers, ["exact"]) ? parseExact : JSON.parse;
    const { framing, maxEventBytes } = options;
    const unasked = framing === "json-seq" ? "skip" : "stop";
    const policy = oneOf("onBadRecord", options.onBadRecord, ["stop", "skip"]) ?? unasked;
    const make = (controller) => {
      const refuse = (error) => {
        onError(error);
        /* At once: what is behind it in the same chunk is not looked at. */
        if (policy === "stop") throw error;
      };
      const onRecord = (event) => {
        let value;
        try {
          value = parse(event.data);
        } catch (thrown) {
          refuse(badRecord(event, thrown));
          return;
        }
        controller.enqueue(value);
      };
      return createJsonParser({ framing, maxEventBytes, onRecord, onError: refuse });
    };
    Object.assign(this, transform(make));
  }
}

function transform(make) {
  let parser;
  const { readable, writable } = new TransformStream({
    start(controller) {
      parser = make(controller);
      return parser.ready;
    },
    transform: (chunk) => parser.feed(chunk),
    flush: () => parser.end(),
  });
  return { readable, writable };
}

function ignore() {}
