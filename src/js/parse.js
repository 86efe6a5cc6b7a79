/** The parsers by themselves, for those who bring their own bytes. `parse.d.ts` describes them. */
export { BrookmarkError, JsonDecoderStream, SseDecoderStream, createSseParser, init } from "brookmark";
