import type { Dtype, ModelShape, PromptFormatId, UserModel } from "../../protocol/index.ts";
import { GRAPHS } from "../files/index.ts";

/** What the names of a model's files say about how it can be run. */
interface Build {
  runtime: UserModel["runtime"];
  /** The named file of each dtype; for WebLLM the id that its list would have. */
  files: Partial<Record<Dtype, string>>;
}

/**
 * The build that files make: graphs under `onnx/` for onnxruntime, `*.gguf` for llama.cpp, `mlc-chat-config.json` for
 * WebLLM. `name` is the folder's or repository's. null: they are no model that a browser can run.
 */
export function guessBuild(paths: readonly string[], name: string): Build | null {
  const graphs = Object.entries(GRAPHS).filter(([, path]) => paths.includes(path));
  if (graphs.length > 0) return { runtime: "transformers", files: Object.fromEntries(graphs) };
  const weights = paths.filter((path) => /\.gguf$/i.test(path) && !/-0*([2-9]|[1-9]\d+)-of-\d+\.gguf$/i.test(path));
  if (weights.length > 0) return { runtime: "wllama", files: byBits(weights) };
  if (!paths.includes("mlc-chat-config.json")) return null;
  // WebLLM's names end in the quantization: q4f16_1 computes in half precision, q4f32_1 and q0f32 do not.
  const [, bits = "q4", half = "16"] = /-(q\d)f(16|32)(?:_\d)?(?:-MLC)?$/.exec(name) ?? [];
  const dtype: Dtype = bits === "q0" ? (half === "16" ? "fp16" : "fp32") : half === "16" ? "q4f16" : "q4";
  return { runtime: "webllm", files: { [dtype]: name } };
}

/** GGUF files by how their weights are stored; of several alike the one that is best known. */
function byBits(paths: readonly string[]): Partial<Record<Dtype, string>> {
  const first = (...patterns: RegExp[]) =>
    patterns.map((pattern) => paths.find((path) => pattern.test(path))).find((path) => path !== undefined);
  const q4 = first(/q4_k_m/i, /q4_k_s/i, /q4_1/i, /q4_0/i, /[-._]q4\b/i, /iq4/i);
  const q8 = first(/q8_0/i);
  const fp16 = first(/\b(?:b?f16|fp16)\b/i);
  const found = { ...(q4 && { q4 }), ...(q8 && { q8 }), ...(fp16 && { fp16 }) };
  // A name that says nothing: its weights are taken as they are, whatever the label.
  return Object.keys(found).length > 0 ? found : { q8: paths[0]! };
}

/** The dtypes of a build for each device, the default first. */
export function dtypesOf({ runtime, files }: Build): UserModel["dtypes"] {
  const order = (dtypes: Dtype[]) => dtypes.filter((dtype) => files[dtype]);
  if (runtime === "webllm") return { wasm: [], webgpu: order(["q4f16", "q4", "fp16", "fp32"]) };
  if (runtime === "wllama") return { wasm: order(["q4", "q8", "fp16"]), webgpu: order(["q4", "q8", "fp16"]) };
  return { wasm: order(["q8", "fp16", "fp32"]), webgpu: order(["q4f16", "q4", "fp16", "fp32"]) };
}

/** The prompt format that a chat template, or else a name, points to; ChatML where neither does. */
export function guessFormat(template: string | null, name: string): PromptFormatId {
  if (template?.includes("<|im_start|>")) return "chatml";
  if (template?.includes("<|end|>")) return "phi3";
  if (template?.includes("### Instruction:")) return "deepseek-coder";
  if (template !== null) return "chatml";
  if (/phi-?3/i.test(name)) return "phi3";
  if (/deepseek-?coder/i.test(name)) return "deepseek-coder";
  return /starcoder/i.test(name) ? "starcoder2" : "chatml";
}

/** A decoder's dimensions from its config.json, or WebLLM's `model_config`; null where one is missing. */
export function shapeOf(config: Record<string, unknown>): ModelShape | null {
  const number = (name: string, otherwise?: number) => {
    const value = config[name];
    return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  const layers = number("num_hidden_layers");
  const hidden = number("hidden_size");
  const heads = number("num_attention_heads");
  const intermediate = number("intermediate_size");
  const vocabulary = number("vocab_size");
  if (!layers || !hidden || !heads || !intermediate || !vocabulary) return null;
  return {
    layers,
    hidden,
    heads,
    kvHeads: number("num_key_value_heads", heads)!,
    headDim: number("head_dim", Math.max(1, Math.round(hidden / heads)))!,
    intermediate,
    vocabulary,
    tied: config.tie_word_embeddings === true,
    gated: config.model_type !== "starcoder2",
  };
}
