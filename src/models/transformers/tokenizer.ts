import { Tokenizer } from "@huggingface/tokenizers";
import { UserError } from "../../protocol/index.ts";
import { byteLevelAlphabet, encodeBytes, Recent, Vocabulary, type Encoder } from "../decoding/index.ts";

/** A BPE tokenizer whose tokens are exact bytes, as Qwen's, Llama's, Phi's and our own models have. */
export interface ByteLevelTokenizer extends Encoder {
  readonly vocabulary: Vocabulary;
  /** The id of a control token such as `<|im_end|>`, if there is one. */
  idOf(token: string): number | undefined;
}

/**
 * The tokenizer of a model's tokenizer.json and tokenizer_config.json: byte-level, or SentencePiece's BPE with a token for
 * each byte, which writes a space before the first word of a text. A UserError when it is neither: its tokens would not be
 * exact bytes, which stop texts, bans and propensities rest on.
 */
export function openTokenizer(json: Record<string, unknown>, config: Record<string, unknown>): ByteLevelTokenizer {
  const decoder = JSON.stringify(json.decoder ?? null);
  const bytesOf = decoder.includes('"ByteLevel"')
    ? byteLevel()
    : decoder.includes('"ByteFallback"')
      ? sentencePiece
      : null;
  if (!bytesOf) {
    throw new UserError(
      "The model's tokenizer is not byte-level BPE, nor does it have a token for each byte; only such tokenizers are supported.",
    );
  }
  const tokenizer = new Tokenizer(json, config);
  return {
    encode: remembering((text) => (text === "" ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids)),
    vocabulary: readVocabulary(tokenizer, bytesOf),
    idOf: (token) => tokenizer.token_to_id(token),
  };
}

/** Texts whose ids are kept: the system turn with its tools is the same for all of a run, and so are a call's openings. */
const KEPT = 32;

function remembering(encode: (text: string) => number[]): (text: string) => number[] {
  const known = new Recent<number[]>(KEPT);
  return (text) => {
    const ids = known.get(text) ?? encode(text);
    known.set(text, ids);
    return ids.slice();
  };
}

function byteLevel(): (token: string) => string {
  const alphabet = byteLevelAlphabet();
  return (token) => Array.from(token, (char) => alphabet.get(char) ?? "").join("");
}

function sentencePiece(token: string): string {
  const [, byte] = /^<0x([0-9A-F]{2})>$/.exec(token) ?? [];
  return byte === undefined ? encodeBytes(token.replaceAll("\u2581", " ")) : String.fromCharCode(parseInt(byte, 16));
}

function readVocabulary(tokenizer: Tokenizer, bytesOf: (token: string) => string): Vocabulary {
  const added = tokenizer.get_added_tokens_decoder();
  const pieces: string[] = [];
  for (const [token, id] of tokenizer.get_vocab(true)) {
    const text = added.get(id)?.content;
    // Added tokens are written as they are; the others in the tokenizer's own alphabet.
    pieces[id] = text === undefined ? bytesOf(token) : encodeBytes(text);
  }
  return new Vocabulary(Array.from(pieces, (piece) => piece ?? ""));
}
