import { describe, expect, it } from "vitest";
import { openTokenizer } from "../../src/models/transformers/tokenizer.ts";

const BYTES = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
const WORDS = ["\u2581", "<", "t", "o", "l", ">", "a", "b", "to", "\u2581<", "\u2581a"];
const CONTROL = ["<s>", "<|user|>", "<|end|>"];
const PIECES = [...BYTES, ...WORDS];

/** In the form of Phi-3's tokenizer.json: normalizer, byte fallback, control tokens that swallow the space behind them. */
const json = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: CONTROL.map((content, i) => ({
    id: PIECES.length + i,
    content,
    single_word: false,
    lstrip: false,
    rstrip: content !== "<s>",
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: "Sequence",
    normalizers: [
      { type: "Prepend", prepend: "\u2581" },
      { type: "Replace", pattern: { String: " " }, content: "\u2581" },
    ],
  },
  pre_tokenizer: null,
  post_processor: null,
  decoder: {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "\u2581" }, content: " " },
      { type: "ByteFallback" },
      { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 },
    ],
  },
  model: {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: true,
    byte_fallback: true,
    vocab: Object.fromEntries([...PIECES, ...CONTROL].map((piece, id) => [piece, id])),
    merges: ["t o", "\u2581 <", "\u2581 a"],
  },
};

describe("a SentencePiece tokenizer with a token for each byte", () => {
  const { encode, vocabulary, idOf } = openTokenizer(json, {});
  const bytes = (text: string) => encode(text).map((id) => vocabulary.bytes(id));

  it("has exact bytes in every token, of characters that it lacks, too", () => {
    expect(bytes("a b")).toEqual([" a", " ", "b"]);
    expect(bytes("a\n\u00e9")).toEqual([" a", "\n", "\u00c3", "\u00a9"]);
    expect(bytes("<tool>")).toEqual([" <", "to", "o", "l", ">"]);
    expect(encode("")).toEqual([]);
  });

  it("takes control tokens as they are, with the space behind them", () => {
    expect(bytes("<|user|>\na<|end|>\n")).toEqual(["<|user|>", " a", "<|end|>"]);
    expect(idOf("<|end|>")).toBe(PIECES.length + 2);
  });
});
