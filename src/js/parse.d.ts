/** The parsers by themselves, for those who bring their own bytes. */
export { BrookmarkError, JsonDecoderStream, SseDecoderStream, createSseParser, init } from "brookmark";
export type { JsonDecoderOptions, ParsedEvent, SseParser, SseParserOptions } from "brookmark";
