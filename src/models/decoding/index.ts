export { Decoder, type DecodeControl, type DecoderModel } from "./decoder.ts";
export type { Encoder, Past, Session, Step } from "./session.ts";
export { byteLevelAlphabet, encodeBytes, Vocabulary } from "./vocabulary.ts";
