import { UserError } from "../../protocol/index.ts";
import { decoderShape, type DecoderShape } from "../adapters/index.ts";
import { byteLevelAlphabet, encodeBytes, Vocabulary } from "../decoding/index.ts";
import type { Gguf, GgufValue } from "./gguf.ts";

/** What is read from a GGUF file's metadata. */
export interface ModelShape {
  /** llama.cpp's name of the architecture, e.g. `llama`, `qwen2`. */
  architecture: string;
  /** Heads of queries, and of keys and values. */
  heads: number;
  keyHeads: number;
  /** Positions that it was trained on. */
  context: number;
  /** Bytes of one token's keys and values, in fp32. */
  bytesPerToken: number;
  decoder: DecoderShape;
}

/** Sizes of a model. UserError: the metadata lacks one. */
export function modelShape({ metadata }: Gguf, place: string): ModelShape {
  const architecture = String(metadata.get("general.architecture") ?? "");
  const number = (key: string, otherwise?: number) => {
    const value = metadata.get(`${architecture}.${key}`) ?? otherwise;
    // Sizes that differ from layer to layer are lists.
    if (typeof value === "number" || typeof value === "bigint") return Number(value);
    throw new UserError(`${place} does not say its ${key}, or gives a list: this model cannot be run.`);
  };
  const [hidden, heads, layers] = [number("embedding_length"), number("attention.head_count"), number("block_count")];
  const keyHeads = number("attention.head_count_kv", heads);
  const headSize = number("attention.key_length", hidden / heads);
  const decoder = decoderShape({
    hidden_size: hidden,
    num_attention_heads: heads,
    num_key_value_heads: keyHeads,
    head_dim: headSize,
    intermediate_size: number("feed_forward_length"),
    num_hidden_layers: layers,
  });
  const bytesPerToken = layers * keyHeads * (headSize + number("attention.value_length", headSize)) * 4;
  return { architecture, heads, keyHeads, context: number("context_length"), bytesPerToken, decoder };
}

// llama.cpp's enum llama_token_type
const [CONTROL, USER_DEFINED, BYTE] = [3, 4, 6];

/**
 * The bytes of each token of a GGUF file: byte-level BPE (`gpt2`) or SentencePiece (`llama`). UserError: another kind of
 * tokenizer, whose tokens would not be exact bytes.
 */
export function readVocabulary({ metadata }: Gguf, place: string): Vocabulary {
  const kind = metadata.get("tokenizer.ggml.model");
  const tokens = list(metadata.get("tokenizer.ggml.tokens"));
  const types = list(metadata.get("tokenizer.ggml.token_type"));
  if ((kind !== "gpt2" && kind !== "llama") || tokens.length === 0) {
    throw new UserError(`${place} has a tokenizer of the kind ${String(kind)}: only gpt2 and llama can be run.`);
  }
  const alphabet = byteLevelAlphabet();
  const pieces = tokens.map((token, id) => {
    const [text, type] = [String(token), types[id]];
    if (type === CONTROL || type === USER_DEFINED) return encodeBytes(text);
    if (kind === "gpt2") return Array.from(text, (char) => alphabet.get(char) ?? "").join("");
    if (type === BYTE) return String.fromCharCode(Number.parseInt(text.slice(3, 5), 16));
    return encodeBytes(text.replaceAll("▁", " "));
  });
  return new Vocabulary(pieces);
}

function list(value: GgufValue | undefined): GgufValue[] {
  return Array.isArray(value) ? value : [];
}
