/** The parsers by themselves, for those who bring their own bytes. */
export { BrookmarkError, JsonDecoderStream, SseDecoderStream, createJsonParser, createSseParser, init } from "brookmark";
export type { JsonDecoderOptions, JsonParser, JsonParserOptions, ParsedEvent, ParsedRecord, SseParser, SseParserOptions } from "brookmark";
