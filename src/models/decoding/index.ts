export { Clock } from "./clock.ts";
export { weighed } from "./decision.ts";
export { Decoder } from "./decoder.ts";
export { Recent } from "./recent.ts";
export type { DecodeControl, DecoderModel } from "./row.ts";
export { grammarOpener } from "./call-grammar.ts";
export type { Encoder, Past, Session, Step } from "./session.ts";
export { Turn } from "./turn.ts";
export { byteLevelAlphabet, encodeBytes, Vocabulary } from "./vocabulary.ts";
