/** The parsers by themselves, for those who bring their own bytes. `parse.d.ts` describes them. */
export { BrookmarkError, JsonDecoderStream, SseDecoderStream, createJsonParser, createSseParser, init } from "brookmark";
