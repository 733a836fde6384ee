import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Random weights for WebLLM's stock library of Qwen2 0.5B in q4f32_1. Tensors of a kind overlap in one file, each layer
// a little further on: 81 MiB instead of 295.

interface Param {
  name: string;
  shape: number[];
  dtype: "uint32" | "float32";
}
const KINDS = ["q_weight", "q_scale", "norm", "bias"] as const;
type Kind = (typeof KINDS)[number];
export type Weights = Record<Kind, Uint32Array | Float32Array>;

/** Vocabulary of the library: ids beyond the tokenizer's stand for nothing, as in the real model. */
export const VOCABULARY = 151_936;

/** How much further on each layer's matrices begin, in values of four bits. */
export const LAYER_STEP = 4 * 2 ** 20;

/** Texts that are one token each, so that whole turns cost one pass: a pass takes half a minute in software. */
export function addedTokens(system: string[]): { id: number; content: string }[] {
  const texts = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", ...system, "<|im_start|>user\n"];
  texts.push("<|im_end|>\n<|im_start|>assistant\n", "<tool_call>", '{"name":"');
  return texts.map((content, i) => ({ id: 151_600 + i, content }));
}

/** Writes a model's directory for `library` and returns its weights. */
export function writeModel(directory: string, library: string, system: string[]): Weights {
  mkdirSync(directory, { recursive: true });
  const params = readParams(library);
  const weights = randomWeights(params);
  const records = KINDS.map((kind) => {
    const data = weights[kind];
    writeFileSync(join(directory, `${kind}.bin`), new Uint8Array(data.buffer));
    const held = params
      .filter((param) => kindOf(param) === kind)
      .map(({ name, shape, dtype }) => {
        const layer = Number(/layers\.(\d+)\./.exec(name)?.[1] ?? 0);
        const byteOffset = layer * LAYER_STEP * (BYTES_PER_VALUE[kind] ?? 0);
        return { name, shape, dtype, format: "raw", nbytes: 4 * size(shape), byteOffset };
      });
    return { dataPath: `${kind}.bin`, format: "raw-shard", nbytes: data.byteLength, records: held };
  });
  const json = (name: string, value: unknown) => writeFileSync(join(directory, name), JSON.stringify(value));
  // The older library reads the first, the installed one the second.
  for (const name of ["ndarray-cache.json", "tensor-cache.json"]) json(name, { metadata: {}, records });
  json("mlc-chat-config.json", CHAT_CONFIG);
  json("tokenizer.json", tokenizer(system));
  return weights;
}

/** What a library says about its parameters: JSON in its data. */
function readParams(library: string): Param[] {
  const bytes = readFileSync(library);
  const start = bytes.indexOf('{"model_type"');
  const length = bytes.readUInt32LE(start - 8);
  return (JSON.parse(bytes.toString("utf8", start, start + length)) as { params: Param[] }).params;
}

/** Eight values of four bits in a word, and a float for each 32 of them. */
const BYTES_PER_VALUE: Partial<Record<Kind, number>> = { q_weight: 4 / 8, q_scale: 4 / 32 };

const size = (shape: number[]) => shape.reduce((product, n) => product * n, 1);
const kindOf = ({ name }: Param): Kind =>
  KINDS.find((kind) => name.endsWith(kind)) ?? (name.includes("norm") ? "norm" : "bias");

function randomWeights(params: Param[]): Weights {
  let state = 20240607;
  const bits = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const most = (kind: Kind) => Math.max(...params.filter((param) => kindOf(param) === kind).map((p) => size(p.shape)));
  const floats = (kind: Kind, value: () => number) => Float32Array.from({ length: most(kind) }, value);
  const uniform = () => bits() / 2 ** 32;
  return {
    q_weight: Uint32Array.from({ length: most("q_weight") }, () => balanced(bits())),
    q_scale: floats("q_scale", () => ((0.5 + uniform()) * 0.02) / 4.6),
    norm: floats("norm", () => 1),
    bias: floats("bias", () => (uniform() - 0.5) * 0.07),
  };
}

/** Without the 15: what is stored is 7 more than a value, and values with a mean make a model that hears nothing else. */
function balanced(word: number): number {
  let out = word;
  for (let at = 0; at < 32; at += 4) if (((word >>> at) & 15) === 15) out ^= 8 << at;
  return out >>> 0;
}

const CHAT_CONFIG = {
  version: "0.1.0",
  model_type: "qwen2",
  quantization: "q4f32_1",
  model_config: {},
  vocab_size: VOCABULARY,
  context_window_size: 4096,
  sliding_window_size: -1,
  prefill_chunk_size: 1024,
  attention_sink_size: -1,
  tensor_parallel_shards: 1,
  temperature: 0.7,
  top_p: 0.8,
  repetition_penalty: 1.1,
  presence_penalty: 0,
  frequency_penalty: 0,
  tokenizer_files: ["tokenizer.json"],
  tokenizer_info: { token_postproc_method: "byte_level", prepend_space_in_encode: false, strip_space_in_decode: false },
  conv_template: {
    name: "chatml",
    system_template: "{system_message}",
    system_message: "",
    system_prefix_token_ids: null,
    add_role_after_system_message: true,
    roles: { user: "user", assistant: "assistant" },
    role_templates: { user: "{user_message}", assistant: "{assistant_message}", tool: "{tool_message}" },
    messages: [],
    seps: [""],
    role_content_sep: "",
    role_empty_sep: "",
    stop_str: [],
    stop_token_ids: [151_600, 151_602],
    function_string: "",
    use_function_calling: false,
  },
  pad_token_id: 151_600,
  bos_token_id: 151_600,
  eos_token_id: [151_602],
};

/** Byte-level BPE without merges: the 256 bytes, filler words that only a model can write, and the added tokens. */
function tokenizer(system: string[]) {
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  const vocab: Record<string, number> = {};
  let others = 0;
  for (let byte = 0; byte < 256; byte++) vocab[String.fromCharCode(printable(byte) ? byte : 256 + others++)] = byte;
  for (let id = 256; id < 151_600; id++) vocab[`\u0120w${id.toString(16)}`] = id;
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: true };
  const bpe = {
    type: "BPE",
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
  };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(system).map((token) => ({ ...token, ...flags })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { ...bpe, fuse_unk: false, byte_fallback: false, vocab, merges: [] },
  };
}
