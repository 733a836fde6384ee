import { Tokenizer } from "@huggingface/tokenizers";
import { UserError } from "../../protocol/index.ts";
import { byteLevelAlphabet, encodeBytes, Vocabulary, type Encoder } from "../decoding/index.ts";

/** A byte-level BPE tokenizer, as Qwen's, Llama's newer and our own models have. */
export interface ByteLevelTokenizer extends Encoder {
  readonly vocabulary: Vocabulary;
  /** The id of a control token such as `<|im_end|>`, if there is one. */
  idOf(token: string): number | undefined;
}

/**
 * The tokenizer of a model's tokenizer.json and tokenizer_config.json. A UserError when it is not byte-level: its tokens
 * would not be exact bytes, which stop texts, bans and propensities rest on.
 */
export function openTokenizer(json: Record<string, unknown>, config: Record<string, unknown>): ByteLevelTokenizer {
  if (!JSON.stringify(json.decoder ?? null).includes('"ByteLevel"')) {
    throw new UserError("The model's tokenizer is not byte-level BPE; only such tokenizers are supported.");
  }
  const tokenizer = new Tokenizer(json, config);
  return {
    encode: (text) => (text === "" ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids),
    vocabulary: readVocabulary(tokenizer),
    idOf: (token) => tokenizer.token_to_id(token),
  };
}

function readVocabulary(tokenizer: Tokenizer): Vocabulary {
  const alphabet = byteLevelAlphabet();
  const added = tokenizer.get_added_tokens_decoder();
  const pieces: string[] = [];
  for (const [token, id] of tokenizer.get_vocab(true)) {
    const text = added.get(id)?.content;
    // Added tokens are written as they are; the others in byte-level's alphabet.
    pieces[id] =
      text === undefined ? Array.from(token, (char) => alphabet.get(char) ?? "").join("") : encodeBytes(text);
  }
  return new Vocabulary(Array.from(pieces, (piece) => piece ?? ""));
}
